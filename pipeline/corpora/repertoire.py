"""Who sang what."""

from functools import lru_cache

import pandas as pd


class Repertoire:
    """Who sang what: the singers of each song as the bits of one whole number, quick to intersect.

    Parameters
    ----------
    sung : DataFrame
        Columns singer and song, one row a performance; a song sung twice by a singer counts once.
    """

    def __init__(self, sung: pd.DataFrame) -> None:
        self.singers: tuple[str, ...] = tuple(sorted(set(sung["singer"])))
        self.songs: tuple[str, ...] = tuple(sorted(set(sung["song"])))
        self.takes: dict[str, int] = {str(song): int(count) for song, count in sung["song"].value_counts().items()}
        bit = {singer: 1 << at for at, singer in enumerate(self.singers)}
        self._bits = dict.fromkeys(self.songs, 0)
        for singer, song in zip(sung["singer"], sung["song"], strict=True):
            self._bits[song] |= bit[singer]
        self.who_sang_all = lru_cache(maxsize=100_000)(self._who_sang_all)

    def _who_sang_all(self, songs: tuple[str, ...]) -> int:
        """Find the singers who sang every one of the songs, as bits."""
        bits = (1 << len(self.singers)) - 1
        for song in songs:
            bits &= self._bits[song]
        return bits

    def names(self, bits: int) -> list[str]:
        """Name the singers whose bits are set, in alphabetical order."""
        return [singer for at, singer in enumerate(self.singers) if bits >> at & 1]

    def songs_a_singer(self) -> list[int]:
        """Count the songs of each singer."""
        return [sum(bits >> at & 1 for bits in self._bits.values()) for at in range(len(self.singers))]
