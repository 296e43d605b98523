"""OpenSinger (Huang et al., ACM MM 2021): Mandarin pop songs by amateurs and professionals, cut into phrases.

From https://github.com/Multi-Singer/Multi-Singer.github.io (not for commercial use). Unpack it, then
``make corpus NAME=opensinger FROM=.../OpenSinger``. Numbers of singers start at 0 for men and again for women. A
performance joins the phrases of a song.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes

LAYOUT = "{Man,Woman}Raw/<singer>_<song>/<singer>_<song>_<phrase>.wav, such as ManRaw/26_征服/26_征服_31.wav"

_PATH = re.compile(r"(?P<sex>Man|Woman)Raw/(?P<number>\d+)_(?P<song>[^/]+)/[^/]+_\d+")
_SEX = {"Man": "male", "Woman": "female"}


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    found = find_takes(raw, _PATH, _take, layout=LAYOUT)
    return FoundTakes(found.takes, found.left_out, found.report, spread="sex")


def _take(path: str, match: re.Match[str]) -> Take:
    singer, song = f"{match['sex']}_{match['number']}", match["song"].strip()
    return Take(path, singer, song, f"{singer}/{song}", {"sex": _SEX[match["sex"]]})
