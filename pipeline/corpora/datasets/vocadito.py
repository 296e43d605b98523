"""vocadito (Bittner et al. 2021): 40 short solo excerpts in seven languages, on all kinds of microphones.

From https://zenodo.org/record/5578807 (CC BY 4.0). Unpack it, then ``make corpus NAME=vocadito FROM=.../vocadito``. The
table holds singer and language but no song: each excerpt counts as a song of its own. Most singers sang one or two
excerpts, so the corpus is better suited to looking at singers than to training.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes
from pipeline.corpora.table import read_table
from pipeline.runtime.recordings import LeftOut

LAYOUT = "Audio/vocadito_<number>.wav"
SINGERS = "vocadito_metadata.csv"

_PATH = re.compile(r"Audio/vocadito_(?P<number>\d+)")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    table = read_table(raw / SINGERS, ("track_id", "singer_id", "language"))
    known = {row.track_id: row for row in table.itertuples(index=False)}

    def read(path: str, match: re.Match[str]) -> Take | LeftOut:
        number = match["number"]
        if number not in known:
            return LeftOut(path, f"no singer: {SINGERS} has no track {number}")
        row = known[number]
        excerpt = f"excerpt_{number}"
        return Take(path, str(row.singer_id), excerpt, excerpt, {"language": str(row.language)})

    return find_takes(raw, _PATH, read, layout=LAYOUT)
