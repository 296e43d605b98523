"""What of a roster is heard as one performance: each recording by itself, or the takes of one singer and song together.

Takes that are joined make performances of about a minute, so that a singer with many takes has several.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pandas as pd

from singing_style.takes import Takes, as_one, label

JOINED_SECONDS = 60.0
"""Takes are joined up to so many seconds; then the next performance begins."""
REST_SECONDS = 30.0
"""Takes left over that last less than this in all stay with the performance before."""


@dataclass(frozen=True)
class Entry:
    """A performance as the roster lists it.

    Attributes
    ----------
    singer : str
    song : str
        Empty where it is not known.
    paths : tuple of str
        Its takes, in the order in which they are heard; relative to the roster's folder.
    """

    singer: str
    song: str
    paths: tuple[str, ...]

    def __str__(self) -> str:
        """Name the first take, and how many more there are."""
        return label(self.paths)

    def under(self, folder: Path) -> Path | Takes:
        """Say which files it is, of a roster of this folder."""
        return as_one([folder / path for path in self.paths])


def list_entries(table: pd.DataFrame) -> list[Entry]:
    """List each recording of a roster's table by itself, in the order of the paths."""
    songs = table["song"] if "song" in table else [""] * len(table)
    told = sorted(zip(table["path"], table["singer"], songs, strict=True))
    return [Entry(singer, song, (path,)) for path, singer, song in told]


def join_entries(entries: Sequence[Entry], seconds: Mapping[str, float]) -> list[Entry]:
    """Put the recordings of one singer and one song together, up to `JOINED_SECONDS` a performance.

    Parameters
    ----------
    entries : sequence of Entry
        Of one path each, from `list_entries`.
    seconds : mapping of str to float
        How long each path lasts; entries whose path is not in it are left out.

    Returns
    -------
    list of Entry
        In the order of their first paths. A recording longer than `JOINED_SECONDS` stands alone, unless what follows
        it is a rest.
    """
    who = attrgetter("singer", "song")
    usable = sorted((entry for entry in entries if entry.paths[0] in seconds), key=who)  # stable: by path within
    joined = [
        Entry(singer, song, paths)
        for (singer, song), some in groupby(usable, who)
        for paths in _deal([entry.paths[0] for entry in some], seconds)
    ]
    return sorted(joined, key=attrgetter("paths"))


def _deal(paths: Sequence[str], seconds: Mapping[str, float]) -> list[tuple[str, ...]]:
    """Fill one performance after the other."""
    dealt: list[list[str]] = [[]]
    for path in paths:
        if dealt[-1] and _total(dealt[-1], seconds) + seconds[path] > JOINED_SECONDS:
            dealt.append([])
        dealt[-1].append(path)
    if len(dealt) > 1 and _total(dealt[-1], seconds) < REST_SECONDS:
        rest = dealt.pop()
        dealt[-1] += rest
    return [tuple(some) for some in dealt]


def _total(paths: Sequence[str], seconds: Mapping[str, float]) -> float:
    return sum(seconds[path] for path in paths)
