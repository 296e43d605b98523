import pytest

from pipeline.corpora.datasets.acapella import find, read_marks
from pipeline.corpora.layout import Take
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut
from tests.corpora.conftest import Tree
from tests.corpora.folders import MARKS

HEADER = f"singer_id,{MARKS}\n"
SECOND = "singer2,5,5.5,3.75,4.25,2,1.5,3.5,4,10\n"


def test_the_jury_of_a_song_marks_its_singers(tree: Tree) -> None:
    raw = tree(["song1/song1 (1).wav", "song1/song1 (2).wav", "deeper/song2 (2).wav"])
    (raw / "song1.csv").write_text(f"{HEADER}singer1,2,3.5,2.75,1.75,2.25,1.25,3,3.25,2.25\n{SECOND}")
    (raw / "deeper/song2.csv").write_text(HEADER + SECOND.replace("5.5", "0"))
    found = find(raw)
    assert [(take.singer, take.song, take.performance) for take in found.takes] == [
        ("singer2", "song2", "singer2/song2"),
        ("singer1", "song1", "singer1/song1"),
        ("singer2", "song1", "singer2/song1"),
    ]
    assert found.takes[2] == Take(
        "song1/song1 (2).wav",
        "singer2",
        "song1",
        "singer2/song1",
        {
            "jury_pitch": "5",
            "jury_rhythm": "5.5",
            "jury_vocal_range": "3.75",
            "jury_timbre": "4.25",
            "jury_pronunciation": "2",
            "jury_vibrato": "1.5",
            "jury_dynamic": "3.5",
            "jury_breath_control": "4",
            "jury_overall_performance": "10",
        },
    )
    assert found.takes[0].style["jury_rhythm"] == "0"


def test_who_was_not_marked_is_left_out(tree: Tree) -> None:
    raw = tree(["song1 (2).wav", "song1 (3).wav", "humming.wav"])
    (raw / "song1.csv").write_text(HEADER + SECOND)
    found = find(raw)
    assert len(found.takes) == 1
    assert set(found.left_out) == {
        LeftOut("song1 (3).wav", "no marks: song1.csv has no singer 3"),
        LeftOut("humming.wav", "the path does not fit the layout song<song> (<singer>).wav, such as song1 (16).wav, "
                "and a table song<song>.csv"),
    }  # fmt: skip


def test_the_columns_may_be_spelt_as_on_the_data_card(tree: Tree) -> None:
    raw = tree(["song1 (2).wav"])
    (raw / "song1.csv").write_text(f"Singer ID,{MARKS.replace('_', ' ').title()}\n{SECOND.removeprefix('singer')}")
    assert find(raw).takes[0].style["jury_overall_performance"] == "10"


def test_a_song_without_its_table_asks_for_it(tree: Tree) -> None:
    with pytest.raises(BadInputError, match=r"song1\.csv: no such file"):
        find(tree(["song1 (2).wav"]))


def test_a_table_that_stands_twice_is_told(tree: Tree) -> None:
    raw = tree(["song1 (2).wav", "a/song1 (1).wav"])
    for folder in (raw, raw / "a"):
        (folder / "song1.csv").write_text(HEADER + SECOND)
    with pytest.raises(BadInputError, match=r"raw: a/song1\.csv and song1\.csv; keep one of them"):
        find(raw)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEADER.replace("vibrato,", "") + "1,2,3\n", r"row 2 has 3 cells and the header has 9"),
        (HEADER.replace("vibrato", "tremolo") + SECOND, r"column 'vibrato' is missing \(the header reads singer_id"),
        (HEADER.replace("singer_id", "who") + SECOND, "column 'singer_id' is missing .*; use the table as published"),
        (HEADER + SECOND.replace("5.5", "11"), "row 2, column rhythm: .*11.* is not a mark from 0 to 10"),
        (HEADER + SECOND + SECOND.replace("5.5", ""), "row 3, column rhythm: .*nan.* is not a mark"),
        (HEADER + SECOND.replace("5.5", "good"), "row 2, column rhythm: 'good' is not a mark"),
        (HEADER + SECOND.replace("singer2", "0"), "row 2, column singer_id: not the number of a singer, from 1 as in"),
        (HEADER + SECOND.replace("singer2", "Ann"), "row 2, column singer_id: not the number of a singer"),
        (HEADER + SECOND + SECOND, "row 3, column singer_id: singer 2 is in an earlier row, too"),
    ],
)
def test_faults_of_a_table_are_named(text: str, fault: str, tree: Tree) -> None:
    table = tree([]) / "song1.csv"
    table.write_text(text)
    with pytest.raises(BadInputError, match=fault):
        read_marks(table)
