"""VocalSet (Wilkins et al., ISMIR 2018): 20 professionals, exercises and three excerpts, by technique.

From https://zenodo.org/records/1193957 (CC BY 4.0). Unpack it, then ``make corpus NAME=vocalset FROM=...``.

The archive holds files several times: ``FULL/`` or ``data_by_singer/``, each with
``<singer>/<context>/<technique>/<file>``, and ``data_by_technique/`` and ``data_by_vowel/``. Each is read once. The
singer is the folder's (``female1`` to ``male11``), since file names are irregular: some lack the singer or misspell the
context. The song is the excerpt (caro, dona, row) or the exercise. An exercise is sung on five vowels, one per file; a
performance joins them.
"""

import re
from pathlib import Path

from pipeline.corpora.layout import FoundTakes, Take, find_takes
from pipeline.runtime.recordings import LeftOut

LAYOUT = "FULL/<singer>/<context>/<technique>/<file>.wav, such as FULL/female1/scales/belt/f1_scales_belt_a.wav"
EXCERPTS = ("caro", "dona", "row")
# Technique folders that are misspelt in the archive
SPELLINGS = {"vibrado": "vibrato"}

_PATH = re.compile(
    r"(?P<sex>female|male)(?P<number>\d+)/(?P<context>arpeggios|scales|long_tones|excerpts)"
    r"/(?P<technique>[^/]+)/(?P<name>[^/]+)"
    r"|(?P<copy>data_by_technique|data_by_vowel)/.+"
)


def find(raw: Path) -> FoundTakes:
    """Read the layout; see `pipeline.corpora.gathering.gather`.

    Left out: files that name another singer than their folder does, and exercises whose names do not end in a vowel
    (second takes and stray files).
    """
    seen: set[tuple[str, str]] = set()

    def read(path: str, match: re.Match[str]) -> Take | LeftOut | None:
        if match["copy"] or "spoken" in match["technique"]:
            return None
        take = _take(path, match)
        if isinstance(take, Take):
            key = (take.performance, match["name"])
            if key in seen:
                return None
            seen.add(key)
        return take

    found = find_takes(raw, _PATH, read, layout=LAYOUT, skipped="copies in other trees and spoken recordings")
    return FoundTakes(found.takes, found.left_out, found.report, spread="sex")


def _take(path: str, match: re.Match[str]) -> Take | LeftOut:
    name, number = match["name"], match["number"]
    said = re.match(r"([fm])(\d+)_", name)
    if said and said.groups() != (match["sex"][0], number):
        return LeftOut(path, f"the name says singer {said[1]}{said[2]} and the folder {match['sex']}{number}")
    song = _song(match["context"], name)
    if song is None:
        asked = f"an excerpt ({', '.join(EXCERPTS)})" if match["context"] == "excerpts" else "a vowel at its end"
        return LeftOut(path, f"the name lacks {asked}")
    singer = f"{match['sex']}{number}"
    technique = SPELLINGS.get(match["technique"], match["technique"])
    style = {"sex": match["sex"], "technique": technique}
    return Take(path, singer, song, f"{singer}/{song}/{technique}", style)


def _song(context: str, name: str) -> str | None:
    if context == "excerpts":
        return next((excerpt for excerpt in EXCERPTS if excerpt in name.split("_")), None)
    return context if re.search(r"_[aeiou]$", name) else None
