"""M4Singer (Zhang et al., NeurIPS 2022): 20 professionals, 700 Mandarin pop songs cut into phrases.

From https://github.com/M4Singer/M4Singer, on application (not for commercial use). Unpack it, then ``make corpus
NAME=m4singer FROM=.../m4singer``. A performance joins the phrases of a song.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes

LAYOUT = "<singer>#<song>/<phrase>.wav, such as Alto-1#newboy/0000.wav"

_PATH = re.compile(r"(?P<singer>(?P<voice>Soprano|Alto|Tenor|Bass)-\d+)#(?P<song>[^/]+)/\d+")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    found = find_takes(raw, _PATH, _take, layout=LAYOUT)
    return FoundTakes(found.takes, found.left_out, found.report, spread="voice")


def _take(path: str, match: re.Match[str]) -> Take:
    singer, song = match["singer"], match["song"].strip()
    return Take(path, singer, song, f"{singer}/{song}", {"voice": match["voice"].lower()})
