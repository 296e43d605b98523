"""Your own corpus: a table (path, singer, song) beside the recordings, with or without a split."""

from pathlib import Path

import pandas as pd

from pipeline.corpora.gathering import Loaded
from pipeline.corpora.names import name_recordings
from pipeline.corpora.placement import locate_all, place_all
from pipeline.corpora.schema import COLUMNS, raise_faults, row_faults, split_faults
from pipeline.corpora.splits.split import Splitter
from pipeline.corpora.table import inside, read_table
from pipeline.runtime.counting import counted


def load(
    raw: Path,
    corpus: Path,
    *,
    table: str,
    split: Splitter,
    max_bad_share: float,
) -> Loaded:
    """Load the recordings of a table.

    Parameters
    ----------
    raw : Path
        The corpus folder.
    corpus : Path
        Where ``audio/`` is written.
    table : str
        The CSV file inside the corpus folder: columns path (relative to the folder), singer, song; optional
        recording (else derived from the path), split, and ``style_*``. Other columns are dropped.
    split : callable
        Splits singers and songs if the table has no split; see `pipeline.corpora.splits.split`. Every performance of a
        part's singers in its songs is kept.
    max_bad_share : float
        Share of recordings that may lack their file, 0 to 1.

    Raises
    ------
    BadInputError
        The table is faulty (every fault is named), the corpus is too small to split, or too many files are missing.
    """
    source = inside(raw, table)
    rows = _read(source)
    files = locate_all(rows, raw, max_bad_share)
    found = rows[rows["recording"].isin(files.results)]
    report = ""
    if "split" not in found.columns:
        parted = split(found, source=str(source))
        found = parted.assign(found)
        others = counted(len(files.results) - len(found), "performance fits", "performances fit")
        report = f"{parted.report()}\n{others} no part of the split"
    return Loaded(place_all(found, files.results, corpus), files.left_out, report)


def _read(source: Path) -> pd.DataFrame:
    rows = read_table(source, ("path", "singer", "song"))
    if "recording" not in rows.columns:
        rows["recording"] = name_recordings(list(rows["path"]))
    kept = [name for name in rows.columns if name in COLUMNS or str(name).startswith("style_")]
    faults = row_faults(rows) + (split_faults(rows) if "split" in rows.columns else [])
    if rows.empty:
        faults = ["the table has no rows; write one per recording"]
    raise_faults(faults, str(source))
    return rows[kept]
