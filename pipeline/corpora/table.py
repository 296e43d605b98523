"""A table written by hand: its shape is checked, its cells are read exactly, its paths stay inside their folder."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd

from pipeline.errors import BadInputError, fits_line
from pipeline.runtime.counting import counted

ROW = "row"
SEPARATORS = (",", ";", "\t")
# What a row consists of that holds nothing.
BLANK = ' ,;"\t\r'
_PLAIN_TEXT = ("recording", "path", "singer", "song", "split")


def read_table(path: Path, required: Sequence[str]) -> pd.DataFrame:
    """Read a CSV file with a header.

    UTF-8 with or without byte-order mark. Columns may be separated by commas, semicolons or tabs, as spreadsheets in
    many countries write them, whichever gives the header the required columns; or as a first line such as ``sep=;``
    says. Columns at the right without a name and without content are dropped, and so are blank rows and empty cells to
    the right of all columns; a name of a column that is read as text may be in any case.

    Parameters
    ----------
    path : Path
        The file.
    required : sequence of str
        Columns that must exist. Others are kept.

    Returns
    -------
    DataFrame
        Text in the required columns, and in recording, path, singer, song and split, never a number ("007" stays
        "007"); numbers or booleans in other columns if every cell is one. Surrounding blanks are removed, and names
        are converted to one Unicode form (NFC) so that equal names compare equal. The index, named ``row``, counts
        rows as a spreadsheet does: the header is row 1.

    Raises
    ------
    BadInputError
        The file is missing, empty, not UTF-8 or not CSV; a column is missing or appears twice; a row has too few
        or too many cells.
    """
    plain = {*_PLAIN_TEXT, *required}
    first, (header, *rows) = _records(path, required)
    header = [_in_own_case(name.strip(), plain) for name in header]
    numbered = [(number, cells) for number, cells in enumerate(rows, start=first + 1) if any(map(str.strip, cells))]
    while header and not header[-1] and all(_is_empty(cells, len(header) - 1) for _, cells in numbered):
        header = header[:-1]
        numbered = [(number, cells[: len(header)] + cells[len(header) + 1 :]) for number, cells in numbered]
    _check_header(header, required, path)
    numbered = [(number, _without_empty_end(cells, len(header))) for number, cells in numbered]
    for number, cells in numbered:
        if len(cells) != len(header):
            raise BadInputError(
                f"{path}: row {number} has {counted(len(cells), 'cell')} and the header has {len(header)}; "
                "put cells that contain the separator in double quotes"
            )
    index = pd.Index([number for number, _ in numbered], name=ROW, dtype="int64")
    columns = {name: _column(name, [cells[at] for _, cells in numbered], plain) for at, name in enumerate(header)}
    return pd.DataFrame({name: pd.Series(cells, index=index) for name, cells in columns.items()}, index=index)


def path_fault(text: str) -> str | None:
    """Explain why a path in a table cannot be used, or return None for a plain relative path.

    Examples
    --------
    >>> path_fault("singer 1/take.flac")
    >>> path_fault("../take.flac")
    'leads out of the folder by ..; put the file into the folder'
    """
    if "\\" in text:
        return "has a backslash; write / between folders"
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive:
        return "is absolute; write it relative to the folder of the table"
    if ".." in PurePosixPath(text).parts:
        return "leads out of the folder by ..; put the file into the folder"
    if not fits_line(text):
        return "has control characters; rename the file"
    return None


def inside(folder: Path, name: str) -> Path:
    """Return the path of a file that a setting names inside a corpus folder.

    Raises
    ------
    BadInputError
        The name leads out of the folder.
    """
    if fault := path_fault(name):
        raise BadInputError(f"{folder}: the table {name!r} {fault}")
    return folder / name


def _is_empty(cells: list[str], column: int) -> bool:
    return column >= len(cells) or not cells[column].strip()


def _without_empty_end(cells: list[str], columns: int) -> list[str]:
    """Drop what some spreadsheets write to the right of all columns."""
    return cells if any(map(str.strip, cells[columns:])) else cells[:columns]


def _in_own_case(name: str, known: Collection[str]) -> str:
    return next((one for one in known if one.casefold() == name.casefold()), name)


def _records(path: Path, required: Sequence[str]) -> tuple[int, list[list[str]]]:
    """Return the number of the header's row and, from it on, the cells of all rows."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; put the table there") from None
    except UnicodeDecodeError as fault:
        raise BadInputError(f"{path}: not UTF-8 (byte {fault.start}); save it as CSV UTF-8") from None
    first, (line, _, below) = 1, text.partition("\n")
    said = re.fullmatch(r'"?sep=(.)"?', line.strip(" \r"), re.IGNORECASE)
    if said:
        first, text = 2, below
    while text and not text.partition("\n")[0].strip(BLANK):
        first, text = first + 1, text.partition("\n")[2]
    separator = said[1] if said else _separator(text.partition("\n")[0], required)
    try:
        records = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as fault:
        raise BadInputError(f"{path}: not CSV: {fault}; check the double quotes") from None
    if not records:
        raise BadInputError(f"{path}: the file is empty; its first row must name the columns")
    return first, records


def _separator(header: str, required: Sequence[str]) -> str:
    """Return the separator by which a header has most of the required columns."""
    found = {mark: {name.strip(' "').casefold() for name in header.split(mark)} for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: sum(name.casefold() in found[mark] for name in required))


def _check_header(header: list[str], required: Sequence[str], path: Path) -> None:
    doubled = sorted({name for name in header if header.count(name) > 1})
    missing = [name for name in required if name not in header]
    faults = [f"column {name!r} appears twice; keep one" for name in doubled]
    faults += [f"column {name!r} is missing; add it" for name in missing]
    if faults:
        raise BadInputError(f"{path}: " + "; ".join(faults) + f" (the header reads {', '.join(header)})")


def _column(name: str, cells: list[str], plain: Collection[str]) -> list[str] | list[int] | list[float] | list[bool]:
    texts = [cell.strip() for cell in cells]
    if name == "path":
        return texts
    if name in plain:
        return [unicodedata.normalize("NFC", text) for text in texts]
    if texts and set(texts) <= {"True", "False"}:
        return [text == "True" for text in texts]
    if any("_" in text for text in texts):  # Python would read 1_2 as the number 12
        return texts
    try:
        return [int(text) for text in texts]
    except ValueError:
        pass
    try:
        return [float(text or "nan") for text in texts] if any(texts) else texts
    except ValueError:
        return texts
