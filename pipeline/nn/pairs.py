"""Drawing pairs of clips: same singer and different singer, 1 : 1 (paper 3.4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of clips: the first half sung by one singer each, the second half by two.

    Attributes
    ----------
    first, second : ndarray of int64, shape (pairs,)
        Clip numbers.
    same : ndarray of bool, shape (pairs,)
        Whether both clips have the same singer.
    """

    first: Indices
    second: Indices
    same: NDArray[np.bool_]


class PairSampler:
    """Draws pairs afresh: singers uniformly, then clips uniformly; never the same clip twice in a pair.

    Parameters
    ----------
    singer, song : ndarray, shape (clips,)
        Who sings each clip, and what.
    cross_song : bool
        Same-singer pairs must differ in song.
    same_song : bool
        Different-singer pairs must share the song.

    Raises
    ------
    BadInputError
        The clips allow no pair of one of the kinds.
    """

    def __init__(
        self,
        singer: NDArray[np.str_],
        song: NDArray[np.str_],
        *,
        cross_song: bool = False,
        same_song: bool = False,
    ) -> None:
        self._names, self._singer = np.unique(singer, return_inverse=True)
        self._song = np.unique(song, return_inverse=True)[1]
        self._cross_song, self._same_song = cross_song, same_song
        self._clips = [np.flatnonzero(self._singer == code) for code in range(int(self._singer.max(initial=-1)) + 1)]
        self._with_partner = self._singers_with_partner()
        self._shared_songs = self._songs_by_singers()
        self._check()

    def lonely_singers(self) -> list[str]:
        """List the singers of whom no same-singer pair can be made: they are only pushed away, never pulled close."""
        return [str(name) for name in np.delete(self._names, self._with_partner)]

    def draw(self, pairs: int, generator: np.random.Generator) -> Pairs:
        """Draw an even number of pairs, half of each kind."""
        half = pairs // 2
        drawn = [self._positive(generator) for _ in range(half)] + [self._negative(generator) for _ in range(half)]
        first, second = np.array(drawn, np.int64).T
        return Pairs(first, second, np.arange(2 * half) < half)

    def _positive(self, generator: np.random.Generator) -> tuple[int, int]:
        clips = self._clips[generator.choice(self._with_partner)]
        while True:
            first, second = generator.choice(clips, 2, replace=False)
            if not self._cross_song or self._song[first] != self._song[second]:
                return int(first), int(second)

    def _negative(self, generator: np.random.Generator) -> tuple[int, int]:
        if self._same_song:
            return self._negative_in_song(generator)
        one, other = generator.choice(len(self._clips), 2, replace=False)
        return int(generator.choice(self._clips[one])), int(generator.choice(self._clips[other]))

    def _negative_in_song(self, generator: np.random.Generator) -> tuple[int, int]:
        by_singer = self._shared_songs[int(generator.integers(len(self._shared_songs)))]
        one, other = generator.choice(len(by_singer), 2, replace=False)
        return int(generator.choice(by_singer[one])), int(generator.choice(by_singer[other]))

    def _singers_with_partner(self) -> list[int]:
        variety = [np.unique(self._song[clips]).size if self._cross_song else clips.size for clips in self._clips]
        return [code for code, kinds in enumerate(variety) if kinds > 1]

    def _songs_by_singers(self) -> list[list[Indices]]:
        songs = []
        for code in range(int(self._song.max(initial=-1)) + 1):
            in_song = np.flatnonzero(self._song == code)
            singers = np.unique(self._singer[in_song])
            if singers.size > 1:
                songs.append([in_song[self._singer[in_song] == singer] for singer in singers])
        return songs

    def _check(self) -> None:
        if len(self._clips) < 2:
            raise BadInputError(f"different-singer pairs need two singers; the clips have {len(self._clips)}")
        if not self._with_partner:
            wanted = "clips of two songs" if self._cross_song else "two clips"
            raise BadInputError(f"same-singer pairs need a singer with {wanted}; there is none")
        if self._same_song and not self._shared_songs:
            raise BadInputError("train.same_song needs a song sung by two singers; there is none")
