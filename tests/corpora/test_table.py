import doctest
from pathlib import Path

import pytest

from pipeline.corpora import table
from pipeline.corpora.table import inside, path_fault, read_table
from pipeline.errors import BadInputError


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_reads_what_spreadsheets_write(tmp_path: Path, mark: bytes, separator: str, newline: str) -> None:
    lines = [("path", "singer"), ("a b.wav", "007"), ("c.wav", "Zoë")]
    path = written(tmp_path, mark + newline.join(separator.join(line) for line in lines).encode())
    table = read_table(path, ("path", "singer"))
    assert list(table["path"]) == ["a b.wav", "c.wav"]
    assert list(table["singer"]) == ["007", "Zoë"]


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "sep=|", "sep=\t", "SEP=;"])
def test_a_first_line_may_say_the_separator(tmp_path: Path, said: str) -> None:
    mark = said.strip('"')[-1]
    text = f"{said}\r\npath{mark}singer\r\na,b.wav{mark}Ann\r\n"
    table = read_table(written(tmp_path, text), ("path", "singer"))
    assert list(table.itertuples()) == [(3, "a,b.wav", "Ann")]
    with pytest.raises(BadInputError, match="empty"):
        read_table(written(tmp_path, said + "\n"), ("path", "singer"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_that_gives_the_columns(tmp_path: Path, separator: str) -> None:
    header = ["path", '"singer"', '"notes (a, b; c\td)"']
    text = separator.join(header) + f"\na.wav{separator}Ann{separator}x\n"
    table = read_table(written(tmp_path, text), ("path", "singer"))
    assert table["singer"].to_list() == ["Ann"]


def test_columns_may_be_named_in_any_case(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "Path;SINGER;Age\na.wav;Ann;3\n"), ("path", "singer"))
    assert list(table.columns) == ["path", "singer", "Age"]
    with pytest.raises(BadInputError, match="'path' appears twice"):
        read_table(written(tmp_path, "Path,path\na.wav,b.wav\n"), ("path",))


@pytest.mark.parametrize(("above", "first"), [("\n\n", 4), (" , \n", 3), ('\t\n"";\n', 4), ("sep=,\n\n", 4)])
def test_blank_rows_above_the_header_are_passed_over(tmp_path: Path, above: str, first: int) -> None:
    table = read_table(written(tmp_path, above + "path,singer\na.wav,Ann\n"), ("path", "singer"))
    assert list(table.itertuples()) == [(first, "a.wav", "Ann")]


def test_empty_columns_at_the_right_are_dropped(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "path,singer,,\na.wav,Ann,,\nb.wav,Ben\nc.wav,Cleo,\n"), ("path", "singer"))
    assert list(table["singer"]) == ["Ann", "Ben", "Cleo"]
    kept = read_table(written(tmp_path, "path,singer,\na.wav,Ann,x\n"), ("path", "singer"))
    assert kept[""].tolist() == ["x"]


def test_empty_cells_beyond_the_header_are_dropped(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "path,singer\na.wav,Ann,,\nb.wav,Ben\nc.wav,Cleo, \n"), ("path", "singer"))
    assert list(table.itertuples()) == [(2, "a.wav", "Ann"), (3, "b.wav", "Ben"), (4, "c.wav", "Cleo")]
    with pytest.raises(BadInputError, match="row 2 has 4 cells"):
        read_table(written(tmp_path, "path,singer\na.wav,Ann,,x\n"), ("path", "singer"))


def test_names_stay_text_and_other_columns_get_their_type(tmp_path: Path) -> None:
    text = "singer,song,count,share,flag,mixed\nNA,1e5,1,0.1,True,1\nnull,nan,2,,False,x\n"
    table = read_table(written(tmp_path, text), ("singer",))
    assert list(table["singer"]) == ["NA", "null"]
    assert list(table["song"]) == ["1e5", "nan"]
    assert list(table["count"]) == [1, 2]
    assert table["share"][2] == 0.1
    assert table["share"].isna()[3]
    assert list(table["flag"]) == [True, False]
    assert list(table["mixed"]) == ["1", "x"]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "singer,song\na,x\n\n , \nb,y\n"), ("singer",))
    assert list(table.index) == [2, 5]


def test_equal_names_in_two_unicode_forms_become_equal_but_paths_stay(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "singer,path\nZoe\u0308,e\u0308.wav\nZo\u00eb,\u00eb.wav\n"), ("singer",))
    assert table["singer"].nunique() == 1
    assert list(table["path"]) == ["e\u0308.wav", "\u00eb.wav"]


def test_quotes_commas_and_line_separators_inside_cells_survive(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, 'song,singer\n"Me, ""myself""",a\u2028b\n'), ("song",))
    assert table["song"][2] == 'Me, "myself"'
    assert table["singer"][2] == "a\u2028b"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"", ["empty", "name the columns"]),
        (b"path,singer\n", ["'song' is missing", "path, singer"]),
        (b"path,singer,singer,song\n", ["'singer' appears twice"]),
        (b"path,singer,song\na,b\n", ["row 2 has 2 cells", "header has 3", "double quotes"]),
        (b"path,singer,song\na,b,c\na,b,c,d\n", ["row 3 has 4 cells"]),
        (b"path,singer,song\na\n", ["row 2 has 1 cell and"]),
        ("path,singer,song\na,Zoë,c\n".encode("latin-1"), ["not UTF-8 (byte 21)", "CSV UTF-8"]),
        (b'path,singer,song\na,"b,c\n', ["not CSV", "double quotes"]),
    ],
)
def test_names_the_fault_and_the_remedy(tmp_path: Path, text: bytes, named: list[str]) -> None:
    with pytest.raises(BadInputError) as fault:
        read_table(written(tmp_path, text), ("path", "singer", "song"))
    assert all(words in str(fault.value) for words in ["table.csv", *named])


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.csv: no such file"):
        read_table(tmp_path / "none.csv", ("path",))


def test_required_columns_and_cells_with_underscores_stay_text(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("singer_id,take,age\n007,1_2,30\n010,1_3,40\n")
    table = read_table(tmp_path / "table.csv", ("singer_id",))
    assert table.to_dict("list") == {"singer_id": ["007", "010"], "take": ["1_2", "1_3"], "age": [30, 40]}


@pytest.mark.parametrize("text", ["a.wav", 'a b/it\'s "x".wav', "..a/b..wav", "Zoë/歌.m4a", "./a.wav"])
def test_plain_relative_paths_are_fine(text: str) -> None:
    assert path_fault(text) is None


@pytest.mark.parametrize("text", ["..", "a/../b", "/a", "//host/a", "c:a", "a\\b", "a\nb"])
def test_paths_that_lead_elsewhere_are_faults(text: str) -> None:
    assert path_fault(text)


def test_a_table_outside_the_folder_is_refused(tmp_path: Path) -> None:
    assert inside(tmp_path, "sub/t.csv") == tmp_path / "sub" / "t.csv"
    with pytest.raises(BadInputError, match=r"'\.\./t\.csv' leads out"):
        inside(tmp_path, "../t.csv")


def test_the_examples_run() -> None:
    assert doctest.testmod(table) == (0, 2)
