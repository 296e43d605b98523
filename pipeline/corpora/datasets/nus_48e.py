"""NUS-48E (Duan et al., APSIPA 2013): 12 singers, each four of 20 songs, sung and read.

From https://smcnus.comp.nus.edu.sg/nus-48e-sung-and-spoken-lyrics-corpus/ (for research). Then ``make corpus
NAME=nus-48e FROM=.../nus-smc-corpus_48``. The paths hold no titles; a song is identified by its number. Spoken
recordings (``read/``) are skipped.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes

LAYOUT = "<singer>/sing/<song>.wav, such as ADIZ/sing/01.wav"

_PATH = re.compile(r"(?P<singer>[A-Z]{4})/(?P<manner>sing|read)/(?P<song>\d\d)")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    return find_takes(raw, _PATH, _take, layout=LAYOUT, skipped="spoken recordings")


def _take(path: str, match: re.Match[str]) -> Take | None:
    singer, song = match["singer"], match["song"]
    return Take(path, singer, song, f"{singer}/{song}") if match["manner"] == "sing" else None
