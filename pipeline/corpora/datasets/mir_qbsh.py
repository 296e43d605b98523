"""MIR-QBSH (Jang): queries by singing and humming, 48 melodies, 8 s each at 8 kHz and 8 bit.

From http://mirlab.org/dataSet/public/MIR-QBSH-corpus.rar (no licence stated). Unpack it, then ``make corpus
NAME=mir-qbsh FROM=.../MIR-QBSH-corpus``. Numbers of persons start again each year, so a singer is identified by year
and person; someone who came in two years counts twice. Nothing above 4 kHz was recorded, and some hum.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes

LAYOUT = "waveFile/year<year>/person<number>/<song>.wav, such as waveFile/year2003/person00001/00014.wav"

_PATH = re.compile(r"waveFile/year(?P<year>\w+)/person(?P<person>\d+)/(?P<song>\d+)")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    return find_takes(raw, _PATH, _take, layout=LAYOUT)


def _take(path: str, match: re.Match[str]) -> Take:
    singer = f"{match['year']}_{match['person']}"
    return Take(path, singer, match["song"], f"{singer}/{match['song']}")
