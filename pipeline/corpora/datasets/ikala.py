"""iKala (Chan et al., ICASSP 2015): 252 excerpts of 30 s, verses and choruses of Mandarin pop songs.

No longer distributed; if you have it: ``make corpus NAME=ikala FROM=.../iKala``, with ``id_mapping.txt`` (columns
singer and, second, the song's number, separated by a tab) in the folder. The layout is that of mirdata. The
voice is in the right channel, the accompaniment in the left.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes
from pipeline.corpora.table import read_table
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut

LAYOUT = "Wavfile/<song>_{verse,chorus}.wav, such as Wavfile/10161_chorus.wav"
SINGERS = "id_mapping.txt"
RIGHT = 1

_PATH = re.compile(r"Wavfile/(?P<song>\d+)_(?P<section>verse|chorus)")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    singer_of = _singers(raw / SINGERS)

    def read(path: str, match: re.Match[str]) -> Take | LeftOut:
        song = match["song"]
        if song not in singer_of:
            return LeftOut(path, f"no singer: {SINGERS} has no song {song}")
        section = match["section"]
        return Take(path, singer_of[song], song, f"{song}/{section}", {"section": section})

    found = find_takes(raw, _PATH, read, layout=LAYOUT)
    return FoundTakes(found.takes, found.left_out, found.report, channel=RIGHT)


def _singers(source: Path) -> dict[str, str]:
    """Read the singer of each song; the songs are in the second column, whatever its name."""
    table = read_table(source, ("singer",))
    others = [name for name in table.columns if name != "singer"]
    if not others:
        raise BadInputError(f"{source}: a column of song numbers is missing; use the file as published")
    return dict(zip(map(str, table[others[0]]), table["singer"], strict=True))
