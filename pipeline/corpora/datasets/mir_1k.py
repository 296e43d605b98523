"""MIR-1K (Hsu & Jang 2010): 19 amateurs, 110 karaoke recordings cut into 1000 clips of 4 to 13 s.

From http://mirlab.org/dataset/public/MIR-1K.zip (no licence stated). Unpack it, then ``make corpus NAME=mir-1k
FROM=.../MIR-1K``. The voice is in the right channel, the accompaniment in the left. A performance joins the clips of
one recording. The recordings of each singer are numbered, without titles, so each counts as a song of its own, though
two singers may have sung the same song. ``UndividedWavfile/`` holds the same singing uncut and is skipped.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes

LAYOUT = "Wavfile/<singer>_<recording>_<clip>.wav, such as Wavfile/abjones_1_01.wav"
RIGHT = 1

_PATH = re.compile(r"Wavfile/(?P<singer>[A-Za-z]+)_(?P<recording>\d+)_(?P<clip>\d+)|UndividedWavfile/[^/]+")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    found = find_takes(raw, _PATH, _take, layout=LAYOUT, skipped="uncut recordings")
    return FoundTakes(found.takes, found.left_out, found.report, channel=RIGHT)


def _take(path: str, match: re.Match[str]) -> Take | None:
    if not match["clip"]:
        return None
    song = f"{match['singer']}_{match['recording']}"
    return Take(path, match["singer"], song, song)
