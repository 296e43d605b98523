from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from singing_style.rehearsal import FEWEST
from singing_style.roster import (
    ENOUGH,
    JOINED_SECONDS,
    OF_FEW_SECONDS,
    Entry,
    Roster,
    join_entries,
    list_entries,
    read_roster,
)
from singing_style.takes import Takes


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def told(roster: Roster, *columns: str) -> list[tuple[str, ...]]:
    return list(roster.table[list(columns)].itertuples(index=False, name=None))


def test_a_manifest_names_singers_and_lies_beside_its_files(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text('path,singer,song,mood\n1.wav,007,Ода,gay\n"a, b.wav",Zoë,air,sad\n')
    for source in (tmp_path, tmp_path / "manifest.csv"):
        roster = read_roster(source).checked()
        assert roster.folder == tmp_path
        assert told(roster, "path", "singer", "song") == [("1.wav", "007", "Ода"), ("a, b.wav", "Zoë", "air")]
        assert roster.table["recording"].is_unique
        assert "mood" not in roster.table


def test_without_a_manifest_the_first_folder_is_the_singer(tmp_path: Path) -> None:
    touch(tmp_path, "Ben Ali/ode.wav", "Ann/1/air.wav", "Ann/2/air.wav")
    roster = read_roster(tmp_path).checked()
    assert told(roster, "path", "singer") == [
        ("Ann/1/air.wav", "Ann"),
        ("Ann/2/air.wav", "Ann"),
        ("Ben Ali/ode.wav", "Ben Ali"),
    ]
    assert "song" not in roster.table


def test_an_expression_reads_singer_and_song_off_the_paths(tmp_path: Path) -> None:
    touch(tmp_path, "ann_ode_1.wav", "ben_air_2.wav", "manifest.csv")
    roster = read_roster(tmp_path, r"(?P<singer>[a-z]+)_(?P<song>[a-z]+)_\d[.]wav$")
    assert told(roster, "path", "singer", "song") == [("ann_ode_1.wav", "ann", "ode"), ("ben_air_2.wav", "ben", "air")]


@pytest.mark.parametrize(
    ("singer_from", "said"),
    [
        (None, r"'ann_ode\.wav' is in no singer's folder"),
        ("(?P<singer>ben)", r"no singer for 1 of 1 file, such as 'ann_ode\.wav'"),
        ("(?P<singer>", "not a regular expression"),
        ("ann", r"has no group \(\?P<singer>\.\.\.\)"),
    ],
)
def test_files_without_a_singer(tmp_path: Path, singer_from: str | None, said: str) -> None:
    touch(tmp_path, "ann_ode.wav")
    with pytest.raises(BadInputError, match=said):
        read_roster(tmp_path, singer_from)


def test_faults_of_rows_wait_until_they_matter(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("path,singer\n../a.wav,Ann\nb.wav,\n")
    roster = read_roster(tmp_path / "m.csv")
    assert len(roster.faults) == 2
    with pytest.raises(
        BadInputError, match=r"row 2, column path: .* leads out.*; row 3, column singer: the cell is empty"
    ):
        roster.checked()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such folder or table"):
        read_roster(tmp_path / "none")
    with pytest.raises(BadInputError, match=r"choir\*: no such folder or table; name the folder: /"):
        read_roster(tmp_path / "choir*")
    (tmp_path / "m.csv").write_text("path,singer\n")
    with pytest.raises(BadInputError, match="the table has no rows"):
        read_roster(tmp_path / "m.csv")


def table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["path", "singer", "song"])


def dealt(*seconds: float, others: int = ENOUGH) -> list[list[float]]:
    """Join the takes of one singer in a collection of so many others, and give their lengths, a list a performance."""
    lengths = {f"{number:03}": one for number, one in enumerate(seconds)}
    crowd = {f"crowd/{number}": JOINED_SECONDS for number in range(others)}
    entries = [Entry("Ann", "", (path,)) for path in lengths] + [Entry(path, "", (path,)) for path in crowd]
    joined = join_entries(entries, lengths | crowd)
    return [[lengths[path] for path in entry.paths] for entry in joined if entry.singer == "Ann"]


def test_each_recording_stands_by_itself_in_the_order_of_the_paths() -> None:
    told = table(("b/1", "Ben", "ode"), ("a/1", "Ann", "air"))
    assert list_entries(told) == [Entry("Ann", "air", ("a/1",)), Entry("Ben", "ode", ("b/1",))]
    assert list_entries(told.drop(columns="song"))[0] == Entry("Ann", "", ("a/1",))


def test_takes_of_one_singer_and_song_come_together() -> None:
    told = table(
        ("3", "Ann", "ode"), ("1", "Ann", "ode"), ("2", "Ben", "ode"), ("4", "Ann", "air"), ("5", "Ann", "ode")
    )
    seconds = dict.fromkeys("12345", 4.0)
    assert join_entries(list_entries(told), seconds) == [
        Entry("Ann", "ode", ("1", "3", "5")),
        Entry("Ben", "ode", ("2",)),
        Entry("Ann", "air", ("4",)),
    ]
    songless = list_entries(told.drop(columns="song"))
    assert [entry.paths for entry in join_entries(songless, seconds)] == [("1", "3", "4", "5"), ("2",)]
    del seconds["3"]  # what cannot be used has no length
    assert join_entries(list_entries(told), seconds)[0].paths == ("1", "5")


@pytest.mark.parametrize(
    ("seconds", "performances"),
    [
        ([20, 20, 20], [[20, 20, 20]]),
        ([20, 20, 20, 29], [[20, 20, 20, 29]]),  # a rest
        ([20, 20, 20, 30], [[20, 20, 20], [30]]),
        ([20, 20, 21, 20], [[20, 20], [21, 20]]),  # 61 s would be too many
        ([25, 25, 25, 25, 25], [[25, 25], [25, 25, 25]]),
        ([200, 40, 5], [[200], [40, 5]]),
        ([200, 4, 5], [[200, 4, 5]]),
        ([4], [[4]]),
    ],
)
def test_performances_last_about_a_minute(seconds: list[float], performances: list[list[float]]) -> None:
    assert dealt(*seconds) == performances


@pytest.mark.parametrize(
    ("seconds", "performances"),
    [
        ([8, 8, 8, 8], [[8, 8, 8, 8]]),  # a rest of 8 s, less than half of 24
        ([8, 8, 8, 12], [[8, 8, 8], [12]]),
        ([8, 8, 9, 8], [[8, 8], [9, 8]]),
        ([60], [[60]]),
    ],
)
def test_where_they_are_few_they_last_less(seconds: list[float], performances: list[list[float]]) -> None:
    assert dealt(*seconds, others=3) == performances


def test_where_they_would_still_be_too_few_they_last_twelve_seconds_if_that_makes_enough() -> None:
    assert dealt(*[8.0] * ENOUGH, others=0) == [[8.0]] * ENOUGH
    assert dealt(*[8.0] * (ENOUGH - 2), others=0) == [[8.0] * 3] * 12


def test_they_are_few_where_men_and_women_would_not_reach_a_verdict() -> None:
    assert ENOUGH == 2 * FEWEST
    assert dealt(20, 20, 20, others=ENOUGH - 1) == [[20, 20, 20]]
    assert dealt(20, 20, 20, others=ENOUGH - 2) == [[20], [20], [20]]


@given(seconds=st.lists(st.floats(0.1, 20), min_size=1, max_size=ENOUGH - 1), others=st.sampled_from([0, ENOUGH]))
def test_every_take_is_heard_once_and_nothing_is_long_or_scanty(seconds: list[float], others: int) -> None:
    performances = dealt(*seconds, others=others)
    assert list(chain.from_iterable(performances)) == seconds
    totals = [sum(some) for some in performances]
    most = JOINED_SECONDS if others else OF_FEW_SECONDS
    assert max(totals) < 1.5 * most + 1e-9
    assert len(totals) == 1 or min(totals[:-1]) > most - 20 - 1e-9
    assert len(totals) == 1 or totals[-1] >= 0.5 * most


def test_an_entry_knows_its_files_and_its_name() -> None:
    assert Entry("Ann", "", ("a/1", "a/2")).under(Path("choir")) == Takes((Path("choir/a/1"), Path("choir/a/2")))
    assert Entry("Ann", "", ("a/1",)).under(Path("choir")) == Path("choir/a/1")
    assert str(Entry("Ann", "", ("a/1", "a/2", "a/3"))) == "a/1 and 2 more takes"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"RIFF\x24\0\0\0WAVEfmt ", "a sound file (WAV)"),
        (b"caff\0\1\0\0desc", "a sound file (CAF)"),
        (b"\x1a\x45\xdf\xa3\x93\x42", "a sound or video file (Matroska)"),
        (b"\x30\x26\xb2\x75\x8e\x66", "a sound or video file (WMA, WMV)"),
        (b"\x89PNG\r\n", "a picture (PNG)"),
    ],
)
def test_a_file_that_is_no_table_is_told_as_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadInputError) as fault:
        read_roster(tmp_path / "x")
    said = f"{what}, where a table or a folder of recordings is needed; name the folder"
    assert str(fault.value) == f"{tmp_path / 'x'}: {said}"


def test_a_table_of_another_encoding_is_told_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("path,singer\na.wav,Zoë\n".encode("latin-1"))
    with pytest.raises(BadInputError, match="save it as CSV UTF-8"):
        read_roster(tmp_path / "x")
