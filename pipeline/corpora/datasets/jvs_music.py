"""JVS-MuSiC (Tamaru et al. 2020): 100 singers, one children's song that all of them sing and one song of their own.

From https://sites.google.com/site/shinnosuketakamichi/research-topics/jvs_music (CC BY-SA 4.0; free for non-commercial
research). Unpack it, then ``make corpus NAME=jvs-music FROM=.../jvs_music_ver1``. Only ``raw.wav`` is read: the other
files of a song are the same singing, shifted in pitch and tempo. The paths do not hold the titles of the second songs;
each counts as a song of its own. With two songs per singer, the one that all share must go to a single part: to test.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes

LAYOUT = "jvsNNN/song_common/wav/raw.wav and jvsNNN/song_unique/wav/raw.wav"

_PATH = re.compile(r"(?P<singer>jvs\d{3})/song_(?P<kind>common|unique)/.*?(?P<name>[^/]+)")


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`."""
    return find_takes(raw, _PATH, _take, layout=LAYOUT, skipped="versions shifted in pitch or tempo")


def _take(path: str, match: re.Match[str]) -> Take | None:
    if match["name"] != "raw":
        return None
    singer = match["singer"]
    return Take(
        path, singer, "common" if match["kind"] == "common" else f"unique_{singer}", f"{singer}/{match['kind']}"
    )
