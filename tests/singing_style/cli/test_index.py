import errno
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import soundfile
from typer.testing import Result

from singing_style.cli.index import _claim, _save
from singing_style.indexing import Indexed, index_voices
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import RATE, index_of, singing, tiny_model, voice

Command = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture
def choir(here: Path, sung_choir: Path) -> Path:
    shutil.copytree(sung_choir, here / "choir")
    return here / "choir"


def counted(told: Any) -> tuple[int, int, int]:
    return told["heard"], told["kept"], told["gone"]


@pytest.mark.slow
def test_only_what_is_new_is_listened_to(answer: Answer, choir: Path) -> None:
    told = answer("index", choir, "-o", "i.npz", "-q")
    assert counted(told) == (6, 0, 0)
    assert told["singers"] == ["Ann", "Ben Ali", "Zoë"]
    first = Path("i.npz").read_bytes()
    assert counted(answer("index", choir, "-o", "i.npz", "-q")) == (0, 6, 0)
    assert Path("i.npz").read_bytes() == first

    (choir / "Ann" / "air.flac").rename(choir / "Zoë" / "moved, by 'name'.flac")  # another singer, the same content
    (choir / "Ben Ali" / "ode.flac").unlink()
    shutil.copy(choir / "Ann" / "ode.flac", choir / "Ben Ali" / "air.flac")
    assert counted(answer("index", choir, "-o", "i.npz", "-q")) == (0, 5, 1)
    voices = VoiceIndex.load(Path("i.npz")).voices
    assert [(voice.singer, voice.path) for voice in voices] == [
        ("Ann", "Ann/ode.flac"),
        ("Ben Ali", "Ben Ali/air.flac"),
        ("Zoë", "Zoë/air.flac"),
        ("Zoë", "Zoë/moved, by 'name'.flac"),
        ("Zoë", "Zoë/ode.flac"),
    ]
    assert voices[0].contents == voices[1].contents


def test_vectors_are_those_of_the_model(command: Command, choir: Path) -> None:
    command("index", choir, "-o", "i.npz", "-q")
    (voice,) = [one for one in VoiceIndex.load(Path("i.npz")).voices if one.path == "Ann/ode.flac"]
    alone = tiny_model().embed(choir / "Ann/ode.flac")
    assert voice.performance.distance(alone) == pytest.approx(0, abs=1e-5)
    assert voice.performance.name == "Ann/ode.flac"


@pytest.mark.slow
def test_files_that_fail_are_listed_and_the_rest_is_done(command: Command, answer: Answer, choir: Path) -> None:
    (choir / "Ann" / "text.wav").write_text("la la la")
    (choir / "Ann" / "empty.wav").touch()
    said = command("index", choir, "-o", "i.npz", "-q", expect=3)
    counts = "6 listened to, 0 known before, 0 gone; 2 recordings left out, see below"
    assert said.stdout == f"i.npz: 6 performances of 3 singers, 2 each ({counts})\n"
    assert said.stderr.splitlines()[0] == "singing-style: left out: Ann/empty.wav: empty file (0 bytes)"
    assert said.stderr.splitlines()[1].startswith("singing-style: left out: Ann/text.wav: ")
    assert sorted(answer("index", choir, "-o", "i.npz", "-q", expect=3)["failed"]) == ["Ann/empty.wav", "Ann/text.wav"]


def test_singers_of_whom_nothing_is_left_are_named(command: Command, answer: Answer, choir: Path) -> None:
    for singer in ("Dan", "Eve"):
        (choir / singer).mkdir()
        (choir / singer / "empty.wav").touch()
    said = command("index", choir, "-o", "i.npz", "-q", expect=3)
    assert said.stderr.splitlines()[-1] == "singing-style: no usable recording of Dan, Eve: not in the result"
    assert answer("index", choir, "-o", "i.npz", "-q", expect=3)["lost"] == ["Dan", "Eve"]


@pytest.mark.slow
def test_a_mass_of_files_that_fail_is_one_line(command: Command, choir: Path) -> None:
    for number in range(5):
        (choir / "Ann" / f"empty{number}.wav").touch()
    assert len(command("index", choir, "-o", "i.npz", "-q", expect=3).stderr.splitlines()) == 5
    (choir / "Ann" / "empty5.wav").touch()
    assert command("index", choir, "-o", "i.npz", "-q", expect=3).stderr == (
        "singing-style: see all reasons with --json: 6 recordings left out that cannot be used, such as Ann/empty0.wav "
        "(empty file (0 bytes))\n"
    )


@pytest.mark.slow
def test_another_models_index_is_made_anew(command: Command, here: Path, choir: Path) -> None:
    command("index", choir / "Ann", "-o", "i.npz", "--singer-from", r"(?P<singer>\w+)[.]flac", "-q")
    tiny_model(seed=1).save(here / "other.safetensors")
    said = command("index", choir, "-o", "i.npz", "-q", "--model", "other.safetensors")
    assert "made with another model; listening to everything again" in said.stderr
    assert "(6 listened to, 0 known before, 0 gone)" in said.stdout
    wrong = command("similar", choir / "Ann/ode.flac", "--to", "i.npz", expect=1)
    assert "i.npz: made with another model" in wrong.stderr


def test_what_is_no_index_is_not_written_over(command: Command, choir: Path) -> None:
    Path("song.npz").write_bytes(b"precious")
    said = command("index", choir, "-o", "song.npz", "-q", expect=1)
    assert "song.npz: a text file, where an index is needed; make an index with `singing-style index" in said.stderr
    assert Path("song.npz").read_bytes() == b"precious"


def test_nothing_usable_leaves_no_index(command: Command, here: Path) -> None:
    (here / "c/Ann").mkdir(parents=True)
    (here / "c/Ann/a.wav").touch()
    said = command("index", "c", "-o", "i.npz", "-q", expect=1)
    assert "none of 1 recording can be used; Ann/a.wav: empty file (0 bytes)" in said.stderr
    assert not Path("i.npz").exists()


@pytest.mark.slow
def test_what_was_passed_over_is_told(command: Command, choir: Path) -> None:
    assert "passed over" not in command("index", choir, "-o", "i.npz", "-q").stderr
    (choir / "Ann" / "words.txt").write_text("la la la")
    (choir / "Cleo").symlink_to(choir / "Ann")
    said = command("index", choir, "-o", "i.npz", "-q").stderr
    assert f"not followed: {choir / 'Cleo'}: a link to a folder; put the folder itself there" in said
    assert f"passed over: 1 file that is not sound, such as {choir / 'Ann' / 'words.txt'}" in said
    for others in (
        ("embed", choir, "-o", "e.npz"),
        ("similar", choir, "--each", "--to", "i.npz"),
        ("compare", choir),
        ("evaluate", choir),
    ):
        said = command(*others, "-q").stderr
        assert "a link to a folder; put the folder itself there" in said
        assert "passed over: 1 file that is not sound" in said


@pytest.mark.slow
def test_takes_that_do_not_agree_with_their_singers_others_are_named(
    command: Command, answer: Answer, here: Path
) -> None:
    """The tiny model knows nothing of singers but tells tones apart: Ann's last take has the sound of Ben's."""
    for number in range(3):
        for singer, tilt in (("Ann", 0.2), ("Ben", 3.0)):
            (here / "choir" / singer).mkdir(parents=True, exist_ok=True)
            soundfile.write(here / "choir" / singer / f"{number}.wav", singing(200 + number, tilt=tilt), RATE)
    assert "unlike the others" not in command("index", "choir", "-o", "i.npz", "-q").stderr
    soundfile.write(here / "choir/Ann/3.wav", singing(205, tilt=3.0), RATE)
    said = command("index", "choir", "-o", "i.npz", "-q")
    about, line = said.stderr.splitlines()
    assert about.startswith("singing-style: 1 performance is unlike the others of its singer, which may be right ")
    assert line.startswith("singing-style: unlike the others: Ann/3.wav: nearer to Ben (0.")
    assert said.stdout.startswith("i.npz: 7 performances of 2 singers")  # it is indexed nevertheless
    (one,) = answer("index", "choir", "-o", "i.npz", "-q")["disagreeing"]
    assert (one["path"], one["singer"], one["nearer"], one["others"]) == ("Ann/3.wav", "Ann", "Ben", 3)
    assert one["distance"] > 1.1 * one["limit"]
    assert "warning agreement:  Ann/3.wav: nearer to Ben (0." in command("validate", "choir", "-q").stdout


@pytest.mark.slow
def test_many_takes_that_do_not_agree_are_counted(command: Command, here: Path) -> None:
    """Eleven of Ann's takes have the sound of Ann, and six that of Ben."""
    for singer, tilts in (("Ann", [0.2] * 11 + [3.0] * 6), ("Ben", [3.0] * 3)):
        (here / "choir" / singer).mkdir(parents=True)
        for number, tilt in enumerate(tilts):
            soundfile.write(here / "choir" / singer / f"{number:02}.wav", singing(200 + number, 3.0, tilt=tilt), RATE)
    lines = command("index", "choir", "-o", "i.npz", "-q").stderr.splitlines()
    assert len(lines) == 7
    assert lines[0].startswith("singing-style: 6 performances are unlike the others of their singer, ")
    assert all("unlike the others: Ann/1" in line for line in lines[1:6])
    assert lines[6] == "singing-style: unlike the others: 1 more; see all with --json"


def meanwhile(monkeypatch: pytest.MonkeyPatch, write: Callable[[], object]) -> None:
    """Have somebody write while the command listens."""

    def listen(*arguments: Any, **options: Any) -> Indexed:
        done = index_voices(*arguments, **options)
        write()
        return done

    monkeypatch.setattr("singing_style.indexing.index_voices", listen)


@pytest.mark.slow
@pytest.mark.parametrize("existed", [False, True])
def test_what_another_run_wrote_meanwhile_is_kept_and_told(
    command: Command, answer: Answer, choir: Path, monkeypatch: pytest.MonkeyPatch, existed: bool
) -> None:
    command("index", choir, "-o", "other.npz", "-q")
    (choir / "Ann" / "ode.flac").unlink()
    if existed:
        command("index", choir, "-o", "i.npz", "-q")
    meanwhile(monkeypatch, lambda: shutil.copy("other.npz", "i.npz"))
    (choir / "Zoë" / "ode.flac").unlink()
    said = command("index", choir, "-o", "i.npz", "-q", expect=3)
    assert said.stdout.startswith("i-2.npz: 4 performances of 3 singers")
    kept, told = "i.npz: was written by another run meanwhile, and is left as it is", "this index is i-2.npz: keep"
    assert f"singing-style: {kept}; {told} the one that you need" in said.stderr
    assert Path("i.npz").read_bytes() == Path("other.npz").read_bytes()
    assert len(VoiceIndex.load(Path("i-2.npz")).voices) == 4
    Path("i.npz").unlink()
    assert answer("index", choir, "-o", "i.npz", "-q", expect=3)["output"] == "i-3.npz"


@pytest.mark.slow
def test_another_run_that_wrote_the_same_or_removed_it_is_no_matter(
    command: Command, choir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("index", choir, "-o", "same.npz", "-q")
    for write in (lambda: shutil.copy("same.npz", "i.npz"), lambda: Path("i.npz").unlink()):
        meanwhile(monkeypatch, write)
        assert command("index", choir, "-o", "i.npz", "-q").stdout.startswith("i.npz: 6 performances")
        assert sorted(path.name for path in Path().glob("*.npz")) == ["i.npz", "same.npz"]


@pytest.mark.parametrize("name", ["choir.csv", "choir", "choir.npy"])
def test_an_index_is_named_as_one(command: Command, here: Path, name: str) -> None:
    said = command("index", "none", "-o", name, expect=1)
    assert said.stderr == f"singing-style: error: {name}: the output is an index; end its name with .npz\n"


def test_an_index_of_another_collection_is_not_written_over(command: Command, here: Path) -> None:
    index_of(voice("Dan/1.wav", "Dan", 1, 0), voice("Eve/1.wav", "Eve", 0, 1)).save(here / "phrases.npz")
    before = Path("phrases.npz").read_bytes()
    (here / "choir/Ann").mkdir(parents=True)
    (here / "choir/Ann/1.wav").touch()
    said = command("index", "choir", "-o", "phrases.npz", "-q", expect=1)
    assert said.stderr == (
        "singing-style: error: phrases.npz: holds 2 performances, none of which is in choir: choose another name, or "
        "delete it first\n"
    )
    assert Path("phrases.npz").read_bytes() == before


def test_nor_is_one_of_other_singers_that_shares_a_path(command: Command, here: Path) -> None:
    index_of(voice("Ann/1.wav", "Ann", 1, 0), voice("Eve/1.wav", "Eve", 0, 1)).save(here / "i.npz")
    for singer in ("Ann", "Zoe"):
        (here / "choir" / singer).mkdir(parents=True)
        (here / "choir" / singer / "1.wav").touch()
    said = command("index", "choir", "-o", "i.npz", "-q", expect=1)
    assert said.stderr.startswith("singing-style: error: i.npz: holds 2 performances, none of which is in choir: ")


def test_of_several_runs_one_alone_gets_a_name(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(_claim, [tmp_path / "i-2.npz"] * 8))
    assert got.count(True) == 1


def test_a_name_that_was_claimed_in_vain_is_free_again(tmp_path: Path) -> None:
    class Full:
        def save(self, path: Path) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "i.npz").write_text("of another run")
    with pytest.raises(OSError, match="No space"):
        _save(Full(), tmp_path / "i.npz", "")  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["i.npz"]


@pytest.mark.slow
def test_a_collection_under_other_names_or_with_other_content_is_the_same(answer: Answer, choir: Path) -> None:
    assert counted(answer("index", choir, "-o", "i.npz", "-q")) == (6, 0, 0)
    for singer in ("Ann", "Ben Ali", "Zoë"):
        (choir / singer).rename(choir / f"new {singer}")
    assert counted(answer("index", choir, "-o", "i.npz", "-q")) == (0, 6, 0)
    for file in choir.glob("*/*.flac"):
        soundfile.write(file, singing(300, 3.0), RATE)  # recorded again, under the same names
    assert counted(answer("index", choir, "-o", "i.npz", "-q")) == (6, 0, 0)


@pytest.mark.slow
def test_the_same_recording_under_two_singers_is_named_as_that(command: Command, answer: Answer, here: Path) -> None:
    """Ben's third take is a copy of Ann's first: it is unlike his others, but that is not what is wrong."""
    for number in range(3):
        for singer, tilt in (("Ann", 0.2), ("Ben", 3.0)):
            (here / "choir" / singer).mkdir(parents=True, exist_ok=True)
            soundfile.write(here / "choir" / singer / f"{number}.wav", singing(200 + number, tilt=tilt), RATE)
    shutil.copy(here / "choir/Ann/0.wav", here / "choir/Ben/3.wav")
    assert command("index", "choir", "-o", "i.npz", "-q").stderr == (
        "singing-style: the same recording under two singers: Ann/0.wav (Ann) and Ben/3.wav (Ben): one name is wrong\n"
    )
    told = answer("index", "choir", "-o", "i.npz", "-q")
    assert told["under_two_singers"] == [["Ann/0.wav", "Ben/3.wav"]]
    assert [one["path"] for one in told["disagreeing"]] == ["Ben/3.wav"]
    said = command("validate", "choir", "-q").stdout
    assert "1 recording is present under two singers (Ben/3.wav = Ann/0.wav); one of the labels is wrong" in said
    assert "unlike" not in said
