"""DAMP's older sets (Smith 2013): solo performances of the Sing! app, listed in a table.

From https://ccrma.stanford.edu/damp/, on application; not for commercial use, not to be passed on. Then ``make corpus
NAME=damp-perfs FROM=...``, with the table at the top of the folder. Two tables are known, from public code that reads
them: ``DAMPperfs.csv`` (perf_key, plyrid, songid; ``audio/<perf_key>.m4a``) and its selection ``DAMPBperfs.csv``
(performance_id, singer_account_id, song_title; ``audio/<singer_account_id>/<performance_id>.m4a``).
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.corpora.layout import FoundTakes, Take
from pipeline.corpora.table import read_table
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted


@dataclass(frozen=True)
class PerformanceTable:
    """A table of performances: its columns, and the path of a row's sound file."""

    performance: str
    singer: str
    song: str
    path: str


TABLES = {
    "DAMPperfs.csv": PerformanceTable("perf_key", "plyrid", "songid", "audio/{performance}.m4a"),
    "DAMPBperfs.csv": PerformanceTable(
        "performance_id", "singer_account_id", "song_title", "audio/{singer}/{performance}.m4a"
    ),
}


def find(raw: Path) -> FoundTakes:
    """Read the table; see `pipeline.corpora.gathering.gather`.

    Raises
    ------
    BadInputError
        The folder has none of the tables, or both, or a row lacks a cell.
    """
    here = [name for name in TABLES if (raw / name).is_file()]
    if len(here) != 1:
        raise BadInputError(
            f"{raw}: {' and '.join(here) or 'none of ' + ' and '.join(TABLES)} in the folder; put one of them there"
        )
    (name,) = here
    table = TABLES[name]
    columns = (table.performance, table.singer, table.song)
    rows = read_table(raw / name, columns)[list(columns)]
    for column in columns:
        _refuse_faults(rows[column], raw / name)
    takes = [
        Take(
            path=table.path.format(performance=performance, singer=singer),
            singer=singer,
            song=song.strip("_").replace("_", " "),
            performance=performance,
        )
        for performance, singer, song in rows.drop_duplicates(table.performance).itertuples(index=False)
    ]
    doubled = len(rows) - len(takes)
    return FoundTakes(
        takes, report=f"{counted(doubled, 'repeated row is', 'repeated rows are')} skipped" if doubled else ""
    )


def _refuse_faults(cells: "pd.Series[str]", source: Path) -> None:
    """Refuse cells from which neither a name nor a path can be made."""
    faulty = cells[(cells.str.strip("_") == "") | cells.str.contains(r"[/\\]|\.\.")]
    if len(faulty):
        raise BadInputError(
            f"{source}: row {faulty.index[0]}, column {cells.name}: {faulty.iloc[0]!r} is not a name; correct it"
        )
