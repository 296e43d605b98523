import shlex
from pathlib import Path

import pytest

from singing_style.nameless import NoSingerError, guess_expression
from singing_style.roster import read_roster


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def refused(folder: Path) -> NoSingerError:
    with pytest.raises(NoSingerError) as fault:
        read_roster(folder)
    return fault.value


@pytest.mark.parametrize(
    ("names", "expression", "read"),
    [
        (
            ["ann_ode.wav", "ann_air_2.wav", "ben_ode.wav", "ben_air.wav"],
            "(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav",
            [("ann", "air_2"), ("ann", "ode"), ("ben", "air"), ("ben", "ode")],
        ),
        (
            ["Ann-ode.FLAC", "Ann-air.mp3", "Zoë-ode.FLAC", "Zoë-air.v2.mp3"],
            "(?P<singer>[^-/]+)-(?P<song>[^/]+)[.](?:FLAC|mp3)",
            [("Ann", "air"), ("Ann", "ode"), ("Zoë", "air.v2"), ("Zoë", "ode")],
        ),
        (
            ["Ann Lee - ode.m4a", "Ann Lee - air.m4a", "Ben - ode.m4a", "Ben - lay-2.m4a"],
            "(?P<singer>[^/]+?) - (?P<song>[^/]+)[.]m4a",
            [("Ann Lee", "air"), ("Ann Lee", "ode"), ("Ben", "lay-2"), ("Ben", "ode")],
        ),
    ],
)
def test_the_expression_that_is_named_reads_these_names(
    tmp_path: Path, names: list[str], expression: str, read: list[tuple[str, str]]
) -> None:
    touch(tmp_path, *names)
    said = str(refused(tmp_path))
    assert guess_expression(names) == expression
    assert said.endswith(f": add --singer-from {shlex.quote(expression)}")
    *_, typed = shlex.split(said.rpartition(": add ")[2])  # as a shell reads it
    table = read_roster(tmp_path, typed).checked().table
    assert list(zip(table["singer"], table["song"], strict=True)) == read


@pytest.mark.parametrize(
    "names",
    [
        ["ann_1.wav", "ann_2.wav"],  # one singer
        ["ann_1.wav", "ben_1.wav", "cleo_1.wav", "cleo_2.wav"],  # hardly one who has two
        ["ann_1.wav", "ann_2.wav", "ben_1.wav", "ben_2.wav", "new.wav"],
        ["01_ann.wav", "01_ben.wav", "02_ann.wav", "02_ben.wav"],  # numbers of songs, or of days
        ["ann_ode", "ann_air", "ben_ode", "ben_air"],
        ["_ode.wav", "_air.wav", "ben_ode.wav", "ben_air.wav"],
    ],
)
def test_of_other_names_nothing_is_guessed(names: list[str]) -> None:
    assert guess_expression(names) == ""


def test_the_whole_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch(Path("flat"), "ann_air.wav", "ann_ode.wav", "ben_air.wav", "ben_ode.wav")
    fault = refused(Path("flat"))
    assert str(fault) == (
        "flat: 'ann_air.wav' is in no singer's folder; make one folder per singer, write manifest.csv "
        "(path,singer,song), or specify how paths name the singer (--singer-from); these names look like SINGER_SONG: "
        "add --singer-from '(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav'"
    )
    assert fault.explain(reads_names=False) == (
        "flat: 'ann_air.wav' is in no singer's folder; make one folder per singer or write manifest.csv "
        "(path,singer,song); these names look like SINGER_SONG: make an index first: singing-style index flat -o "
        "flat.npz --singer-from '(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav'"
    )


def test_of_one_singers_folder_the_one_above_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "choir/Ann/1.wav", "choir/Ann/2.wav", "choir/Ben/1.wav")
    monkeypatch.chdir(tmp_path)
    said = "; one singer's recordings? name the folder above it: "
    assert str(refused(Path("choir/Ann"))).endswith(f"{said}choir")
    monkeypatch.chdir("choir/Ann")
    assert str(refused(Path())).endswith(f"{said}..")
    touch(tmp_path, "choir/loose.wav")  # nor could that one be read
    assert said not in str(refused(tmp_path / "choir/Ann"))


def test_a_file_beside_the_singers_folders_is_to_be_moved(tmp_path: Path) -> None:
    touch(tmp_path, "Ann/1.wav", "Ben/1.wav", "new.wav")
    where, there = "beside the folders of singers; move", "into one of these, or away"
    assert str(refused(tmp_path)) == f"{tmp_path}: 'new.wav' lies {where} it {there}"
    touch(tmp_path, "a.wav", "b.wav")
    told = f"{tmp_path}: 'a.wav' and 2 more files lie {where} them {there}"
    assert str(refused(tmp_path)) == told
