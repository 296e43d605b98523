"""A split: the songs and singers of train, validation and test, none of them in two parts (paper 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from pipeline.runtime.counting import counted


@dataclass(frozen=True)
class Split:
    """Songs and singers of each part.

    Attributes
    ----------
    songs, singers : dict of str to tuple of str
        By part, in alphabetical order.
    """

    songs: dict[str, tuple[str, ...]]
    singers: dict[str, tuple[str, ...]]

    def assign(self, performances: pd.DataFrame) -> pd.DataFrame:
        """Return the performances of each part's singers in its songs, with the column split."""
        of_song = {song: split for split, songs in self.songs.items() for song in songs}
        of_singer = {singer: split for split, singers in self.singers.items() for singer in singers}
        by_song, by_singer = performances["song"].map(of_song), performances["singer"].map(of_singer)
        return performances.assign(split=by_song)[by_song.notna() & (by_song == by_singer)]

    def report(self) -> str:
        """Report the number of singers and songs of each part."""
        return "\n".join(
            f"{split}: {counted(len(singers), 'singer')}, {counted(len(self.songs[split]), 'song')}"
            for split, singers in self.singers.items()
        )


class Splitter(Protocol):
    """Splits a corpus: `balance` of `pipeline.corpora.splits.balanced`, or `split_by_singers` of `.by_singers`."""

    def __call__(self, sung: pd.DataFrame, *, source: str, kinds: Mapping[str, str] | None = None) -> Split:
        """Split the singers and songs of a table (columns singer and song).

        Messages begin with ``source``; ``kinds`` of singers, such as sex, are spread evenly over the parts.
        """
