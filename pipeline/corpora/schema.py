"""The manifest: one row per recording, the same columns for every corpus, every fault reported."""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pandas as pd

from pipeline.corpora.table import ROW, path_fault, read_table
from pipeline.errors import BadInputError, fits_line

COLUMNS = ("recording", "path", "singer", "song", "split")
SPLITS = ("train", "validation", "test")
# Singers that each part needs: with only one there are no impostor pairs (paper 2.1)
LEAST_SINGERS = 2

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
_LISTED = 10


def read_manifest(path: Path) -> pd.DataFrame:
    """Read and check a manifest.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS` as text, further columns (``style_*`` and those that stages add) as numbers if every
        cell is one; one row per recording, in the order of the file.

    Raises
    ------
    BadInputError
        Naming every fault; see `validate_manifest` and `pipeline.corpora.table.read_table`.
    """
    table = read_table(path, COLUMNS)
    validate_manifest(table, str(path))
    return table.reset_index(drop=True)


def write_manifest(table: pd.DataFrame, path: Path) -> None:
    """Check a manifest and write it, sorted by recording, the columns of `COLUMNS` first.

    Raises
    ------
    BadInputError
        Naming every fault; see `validate_manifest`.
    """
    validate_manifest(table, str(path))
    others = [name for name in table.columns if name not in COLUMNS]
    ordered = table.sort_values("recording", kind="stable")[[*COLUMNS, *others]]
    ordered.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def validate_manifest(table: pd.DataFrame, source: str) -> None:
    """Check a manifest: its columns, every cell, and that no singer and no song is in two parts (paper 3.1).

    Parameters
    ----------
    table : DataFrame
        Rows are numbered by an index named ``row``, else from 2 as in a file with a header.
    source : str
        The file, which the message begins with.

    Raises
    ------
    BadInputError
        Naming row, column and remedy of every fault: the first ten are listed, the rest counted.
    """
    columns = [str(name) for name in table.columns]
    faults = [f"column {name!r} is missing; add it" for name in COLUMNS if name not in columns]
    faults += [f"column {name!r} appears twice; keep one" for name in dict.fromkeys(columns) if columns.count(name) > 1]
    if not faults:
        faults = row_faults(table) + split_faults(table)
    raise_faults(faults, source)


def raise_faults(faults: list[str], source: str) -> None:
    """Raise one `BadInputError` that lists the faults, if there are any."""
    if not faults:
        return
    more = f"; and {len(faults) - _LISTED} more" if len(faults) > _LISTED else ""
    raise BadInputError(f"{source}: " + "; ".join(faults[:_LISTED]) + more)


def row_faults(table: pd.DataFrame) -> list[str]:
    """List the faults of single cells and repeated rows, in those of `COLUMNS` that the table has."""
    return [
        f"row {row}, column {column}: {fault}"
        for column in COLUMNS
        if column in table.columns
        for row, fault in sorted([*_cell_faults(table, column), *_doubles(table, column)])
    ]


def split_faults(table: pd.DataFrame) -> list[str]:
    """List singers and songs that are in more than one part, and parts that are missing or too small."""
    faults = [fault for column in ("singer", "song") for fault in _shared(table, column)]
    for split in SPLITS:
        singers = table.loc[table["split"] == split, "singer"].nunique()
        if singers < LEAST_SINGERS:
            have = "no recordings" if singers == 0 else "recordings of 1 singer only"
            faults.append(f"column split: {split} has {have}; it needs at least {LEAST_SINGERS} singers")
    return faults


def _cell_faults(table: pd.DataFrame, column: str) -> Iterator[tuple[int, str]]:
    for row, cell in zip(_rows(table), table[column], strict=True):
        fault = _cell_fault(column, cell)
        if fault:
            yield row, fault


def _cell_fault(column: str, cell: object) -> str | None:
    if cell is None or cell != cell or (isinstance(cell, str) and not cell.strip()):
        return "the cell is empty; fill it in"
    if not isinstance(cell, str):
        return f"{cell!r} is not text; make it text"
    if column == "recording" and not _NAME.fullmatch(cell):
        return f"{cell!r} is not a valid name: at most 200 letters A-Z a-z, digits and . _ -, not starting with a dot"
    if column == "path" and (fault := path_fault(cell)):
        return f"{cell!r} {fault}"
    if column in ("singer", "song") and not fits_line(cell):
        return f"{cell!r} has line breaks or control characters; remove them"
    if column == "split" and cell not in SPLITS:
        close = difflib.get_close_matches(cell.lower(), SPLITS, n=1, cutoff=0.4)
        return f"{cell!r} is not a split; " + (f"did you mean {close[0]}?" if close else f"write {', '.join(SPLITS)}")
    return None


def _doubles(table: pd.DataFrame, column: str) -> Iterator[tuple[int, str]]:
    """Yield repeated names and files; names that differ only in case are one file on many systems."""
    if column not in ("recording", "path"):
        return
    first: dict[str, int] = {}
    for row, cell in zip(_rows(table), _texts(table, column), strict=True):
        key = cell.casefold() if column == "recording" else str(PurePosixPath(cell))
        if key in first and cell:
            yield row, f"{cell!r} is also in row {first[key]}; keep one"
        first.setdefault(key, row)


def _shared(table: pd.DataFrame, column: str) -> Iterator[str]:
    """Yield the names, ignoring case, that are in more than one part."""
    first: dict[str, dict[str, int]] = {}
    for row, name, split in zip(_rows(table), _texts(table, column), table["split"], strict=True):
        if name and split in SPLITS:
            first.setdefault(name.casefold(), {}).setdefault(split, row)
    names = {name.casefold(): name for name in _texts(table, column)}
    for key, parts in first.items():
        if len(parts) > 1:
            where = " and ".join(f"{split} (row {row})" for split, row in parts.items())
            yield f"column {column}: {names[key]!r} is in {where}; a {column} belongs to one split only"


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    """Return the cells of a column; a cell that is not text, which is reported elsewhere, counts as empty."""
    return [cell if isinstance(cell, str) else "" for cell in table[column]]


def _rows(table: pd.DataFrame) -> list[int]:
    return [int(row) for row in table.index] if table.index.name == ROW else list(range(2, len(table) + 2))
