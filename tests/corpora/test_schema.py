from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.schema import COLUMNS, SPLITS, read_manifest, validate_manifest, write_manifest
from pipeline.errors import BadInputError, fits_line


@pytest.fixture
def table() -> pd.DataFrame:
    """Two singers and a song a part: rows 2 to 7 of a file."""
    return pd.DataFrame(
        {
            "recording": [f"r{row}" for row in range(2, 8)],
            "path": [f"audio/r{row}.flac" for row in range(2, 8)],
            "singer": ["002", "003", "004", "005", "006", "007"],
            "song": ["a", "a", "b", "b", "c", "c"],
            "split": ["train", "train", "validation", "validation", "test", "test"],
            "style_tilt": [0.1, 0.30000000000000004, 1e-17, 3.0, -1.5, 2.0],
        }
    )


def faults(table: pd.DataFrame) -> str:
    with pytest.raises(BadInputError) as raised:
        validate_manifest(table, "some.csv")
    assert str(raised.value).startswith("some.csv: ")
    assert "\n" not in str(raised.value)
    return str(raised.value).removeprefix("some.csv: ")


def test_a_manifest_comes_back_as_written(table: pd.DataFrame, tmp_path: Path) -> None:
    write_manifest(table.iloc[::-1], tmp_path / "manifest.csv")
    pd.testing.assert_frame_equal(read_manifest(tmp_path / "manifest.csv"), table)


def test_writing_sorts_rows_and_puts_the_schema_first(table: pd.DataFrame, tmp_path: Path) -> None:
    write_manifest(table[["style_tilt", *reversed(COLUMNS)]].sample(frac=1, random_state=3), tmp_path / "m.csv")
    header, first, *_ = (tmp_path / "m.csv").read_text().splitlines()
    assert header == "recording,path,singer,song,split,style_tilt"
    assert first == "r2,audio/r2.flac,002,a,train,0.1"


def test_a_faulty_manifest_is_not_written(table: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="m.csv"):
        write_manifest(table.drop(columns="song"), tmp_path / "m.csv")
    assert not (tmp_path / "m.csv").exists()


@pytest.mark.parametrize(
    ("column", "cell", "named"),
    [
        ("recording", "", "row 4, column recording: the cell is empty; fill it in"),
        ("singer", None, "row 4, column singer: the cell is empty; fill it in"),
        ("song", float("nan"), "row 4, column song: the cell is empty; fill it in"),
        ("recording", "take 1", "row 4, column recording: 'take 1' is not a valid name"),
        ("recording", "a/b", "row 4, column recording: 'a/b' is not a valid name"),
        ("recording", "..", "row 4, column recording: '..' is not a valid name"),
        ("recording", "r\n", "is not a valid name"),
        ("recording", "x" * 201, "is not a valid name: at most 200 letters"),
        ("recording", "r3", "row 4, column recording: 'r3' is also in row 3; keep one"),
        ("recording", "R3", "row 4, column recording: 'R3' is also in row 3"),
        ("path", "audio/r3.flac", "row 4, column path: 'audio/r3.flac' is also in row 3"),
        ("path", "./audio//r3.flac", "is also in row 3"),
        ("path", "../r.flac", "row 4, column path: '../r.flac' leads out of the folder by .."),
        ("path", "audio/../../r.flac", "leads out of the folder by .."),
        ("path", "/etc/r.flac", "row 4, column path: '/etc/r.flac' is absolute"),
        ("path", "C:/r.flac", "is absolute"),
        ("path", "audio\\r.flac", "has a backslash; write / between folders"),
        ("path", "audio/r\x00.flac", "control characters"),
        ("singer", "a\nb", "row 4, column singer: 'a\\nb' has line breaks"),
        ("split", "Validation", "row 4, column split: 'Validation' is not a split; did you mean validation?"),
        ("split", "dev", "row 4, column split: 'dev' is not a split; write train, validation, test"),
        ("singer", "003", "column singer: '003' is in train (row 3) and validation (row 4)"),
        ("song", "A", "column song: 'A' is in train (row 2) and validation (row 4); a song belongs to one split"),
        ("singer", "005", "column split: validation has recordings of 1 singer only; it needs at least 2 singers"),
        ("singer", 4, "row 4, column singer: 4 is not text"),
    ],
)
def test_names_row_column_and_remedy(table: pd.DataFrame, column: str, cell: object, named: str) -> None:
    cells: list[object] = list(table[column])
    cells[2] = cell
    assert named in faults(table.assign(**{column: pd.Series(cells, dtype=object)}))


def test_a_missing_part_is_named(table: pd.DataFrame) -> None:
    assert faults(table[table["split"] != "test"]) == (
        "column split: test has no recordings; it needs at least 2 singers"
    )


def test_missing_and_doubled_columns_are_named(table: pd.DataFrame) -> None:
    doubled = pd.concat([table.drop(columns=["singer", "path"]), table["song"]], axis="columns")
    assert faults(doubled) == (
        "column 'path' is missing; add it; column 'singer' is missing; add it; column 'song' appears twice; keep one"
    )


def test_every_fault_is_in_one_message_and_the_listing_ends_after_ten(table: pd.DataFrame) -> None:
    table["path"] = "/x/" + table["recording"]
    table["recording"] = "no name " + table["recording"]
    table.loc[5, "song"] = ""
    message = faults(table)
    assert message.count("row ") == 10
    assert message.endswith("; and 3 more")


def test_faults_of_a_file_carry_the_rows_of_the_file(tmp_path: Path, table: pd.DataFrame) -> None:
    text = table.to_csv(index=False).replace("r3,audio/r3.flac", "\nr3,/r3.flac")
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(BadInputError, match=r"m\.csv: row 4, column path: '/r3\.flac' is absolute"):
        read_manifest(tmp_path / "m.csv")


@pytest.mark.slow
@given(cell=st.text(max_size=30), column=st.sampled_from(COLUMNS))
def test_any_text_is_either_accepted_or_named(cell: str, column: str) -> None:
    table = pd.DataFrame(
        {
            "recording": list("abcdef"),
            "path": list("abcdef"),
            "singer": list("uvwxyz"),
            "song": list("kklldd"),
            "split": ["train", "train", "validation", "validation", "test", "test"],
        }
    )
    table.loc[1, column] = cell
    message = message_of(table)
    if not cell.strip() or not fits_line(cell) or (column == "split" and cell not in SPLITS):
        assert f"row 3, column {column}: " in message
    elif message:
        assert f"column {column}: " in message or "column split: " in message


def message_of(table: pd.DataFrame) -> str:
    try:
        validate_manifest(table, "m")
    except BadInputError as fault:
        return str(fault)
    return ""
