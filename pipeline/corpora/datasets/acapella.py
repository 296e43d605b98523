"""Acapella Evaluation Dataset (CCMusic, Zhou et al. 2024): 22 singers, each the same six Mandarin songs, judged.

From https://huggingface.co/datasets/ccmusic-database/acapella (CC BY-NC-ND 4.0). Unpack its archives beside its tables,
then ``make corpus NAME=acapella FROM=.../data``. A jury of four gave every performance nine marks from 0 to 10; their
means are the columns ``style_jury_*``, so that the probe says what the vectors hold of a human judgement. The newer
Arrow files of the same recordings are not read. Of the tables it is known what the data card says of their columns, not
how the singer's is spelt: names are compared without case, spaces and underscores, and of a cell such as ``singer16``
the number counts.
"""

import re
from pathlib import Path

import pandas as pd

from pipeline.corpora.layout import FoundTakes, Take, find_takes
from pipeline.corpora.schema import raise_faults
from pipeline.corpora.table import read_table
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut

LAYOUT = "song<song> (<singer>).wav, such as song1 (16).wav, and a table song<song>.csv"
MARKS = (
    "pitch",
    "rhythm",
    "vocal_range",
    "timbre",
    "pronunciation",
    "vibrato",
    "dynamic",
    "breath_control",
    "overall_performance",
)
SINGER = "singer_id"
BEST = 10

_PATH = re.compile(r"song(?P<song>\d+) ?\((?P<singer>\d+)\)")

# The marks of a singer by column of the manifest, for each number of a singer
Marks = dict[int, dict[str, str]]


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`.

    Raises
    ------
    BadInputError
        A song has no table, or several, or a table lacks a column or holds what is no mark.
    """
    marks: dict[int, Marks] = {}

    def read(path: str, match: re.Match[str]) -> Take | LeftOut:
        song, singer = int(match["song"]), int(match["singer"])
        if song not in marks:
            marks[song] = read_marks(_table(raw, song))
        if singer not in marks[song]:
            return LeftOut(path, f"no marks: song{song}.csv has no singer {singer}")
        return Take(path, f"singer{singer}", f"song{song}", f"singer{singer}/song{song}", marks[song][singer])

    return find_takes(raw, _PATH, read, layout=LAYOUT)


def read_marks(source: Path) -> Marks:
    """Read the jury's marks of a song.

    Raises
    ------
    BadInputError
        A column is missing, a singer has no number or two rows, or a mark is not a number from 0 to 10; every fault is
        named.
    """
    table = read_table(source, ())
    names = {_plain(str(name)): str(name) for name in table.columns}
    missing = [name for name in (SINGER, *MARKS) if _plain(name) not in names]
    if missing:
        raise BadInputError(
            f"{source}: column {missing[0]!r} is missing (the header reads {', '.join(map(str, table.columns))}); "
            "use the table as published"
        )
    singers = table[names[_plain(SINGER)]].astype(str).str.extract(r"^\D*([1-9]\d*)$")[0]
    faults = [
        f"row {row}, column {SINGER}: not the number of a singer, from 1 as in the names of the files"
        for row in table.index[singers.isna()]
    ]
    faults += [
        f"row {row}, column {SINGER}: singer {singers[row]} is in an earlier row, too"
        for row in table.index[singers.notna() & singers.duplicated()]
    ]
    columns = {name: pd.to_numeric(table[names[_plain(name)]], errors="coerce") for name in MARKS}
    faults += [
        f"row {row}, column {name}: {table[names[_plain(name)]][row]!r} is not a mark from 0 to {BEST}"
        for name, values in columns.items()
        for row in table.index[~values.between(0, BEST)]
    ]
    raise_faults(faults, str(source))
    return {
        int(number): {f"jury_{name}": f"{columns[name].iloc[at]:g}" for name in MARKS}
        for at, number in enumerate(singers)
    }


def _table(raw: Path, song: int) -> Path:
    found = sorted(raw.rglob(f"song{song}.csv"))
    if len(found) > 1:
        raise BadInputError(f"{raw}: {' and '.join(str(path.relative_to(raw)) for path in found)}; keep one of them")
    return found[0] if found else raw / f"song{song}.csv"


def _plain(name: str) -> str:
    return re.sub(r"[\s_]", "", name).casefold()
