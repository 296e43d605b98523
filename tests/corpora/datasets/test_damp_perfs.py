import pytest

from pipeline.corpora.datasets.damp_perfs import find
from pipeline.corpora.layout import Take
from pipeline.errors import BadInputError
from tests.corpora.conftest import Tree

SELECTION = """singer_account_id,performance_id,song_title,singer_gender,singer_birth_year,,Language
92486317,92486317_39827905,_Let_It_Go,F,1990,,en
92486317,92486317_39827905,_Let_It_Go,F,1990,,en
"""


def test_the_whole_set(tree: Tree) -> None:
    raw = tree(["audio/100_7.m4a"])
    (raw / "DAMPperfs.csv").write_text("perf_key,plyrid,songid\n100_7,007,_Hello\n")
    assert find(raw).takes == [Take("audio/100_7.m4a", "007", "Hello", "100_7")]


def test_the_selection_with_a_folder_a_singer(tree: Tree) -> None:
    raw = tree([])
    (raw / "DAMPBperfs.csv").write_text(SELECTION)
    found = find(raw)
    path = "audio/92486317/92486317_39827905.m4a"
    assert found.takes == [Take(path, "92486317", "Let It Go", "92486317_39827905")]
    assert found.report == "1 repeated row is skipped"


def test_one_table_is_needed(tree: Tree) -> None:
    raw = tree([])
    with pytest.raises(BadInputError, match=r"none of DAMPperfs\.csv and DAMPBperfs\.csv in the folder"):
        find(raw)
    (raw / "DAMPperfs.csv").touch()
    (raw / "DAMPBperfs.csv").touch()
    with pytest.raises(BadInputError, match=r": DAMPperfs\.csv and DAMPBperfs\.csv in the folder"):
        find(raw)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("../../secret,7,_Hello", r"row 2, column perf_key: '\.\./\.\./secret' is not a name"),
        ("100_7,,_Hello", "row 2, column plyrid: '' is not a name"),
        ("100_7,7,_", "row 2, column songid: '_' is not a name"),
    ],
)
def test_cells_that_name_nothing_are_refused(tree: Tree, row: str, said: str) -> None:
    raw = tree([])
    (raw / "DAMPperfs.csv").write_text(f"perf_key,plyrid,songid\n{row}\n")
    with pytest.raises(BadInputError, match=said):
        find(raw)
