"""Drawing pairs of clips: same singer and different singer, 1 : 1 (paper 3.4)."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of clips: those of the first half have one singer each, those of the second half two.

    Attributes
    ----------
    first, second : ndarray of int64, shape (pairs,)
        Clip numbers.
    same : ndarray of bool, shape (pairs,)
        Whether both clips of a pair have the same singer.
    """

    first: Indices
    second: Indices
    same: NDArray[np.bool_]


class PairSampler:
    """Draws pairs: singers uniformly, then clips uniformly; never the same clip twice in a pair.

    Each share is drawn for every pair separately; at exactly 0 or 1 no random number is used. For pairs that must share
    the song or the corpus, a song or corpus is drawn uniformly, then two of its singers.

    Parameters
    ----------
    singer, song : ndarray, shape (clips,)
        Singer and song of each clip.
    corpus : ndarray, shape (clips,), optional
        Corpus of each clip; by default all clips belong to one corpus.
    cross_song : float
        Share of the same-singer pairs that must differ in song, 0 to 1.
    same_song : float
        Share of the different-singer pairs that must share the song, 0 to 1.
    within_corpus : float
        Share of the different-singer pairs that must be of one corpus, 0 to 1.

    Raises
    ------
    BadInputError
        The clips allow no pair of a requested kind.
    """

    def __init__(
        self,
        singer: NDArray[np.str_],
        song: NDArray[np.str_],
        *,
        corpus: NDArray[np.str_] | None = None,
        cross_song: float = 0.0,
        same_song: float = 0.0,
        within_corpus: float = 0.0,
    ) -> None:
        self._names, self._singer = np.unique(singer, return_inverse=True)
        self._song = np.unique(song, return_inverse=True)[1]
        self._corpus = np.unique(np.full(len(singer), "") if corpus is None else corpus, return_inverse=True)[1]
        self._cross_song, self._same_song, self._within_corpus = cross_song, same_song, within_corpus
        self._clips = rows_by_code(self._singer, len(self._names))
        self._with_partner = {kind: self._singers_with_partner(cross_song=kind) for kind in _kinds(cross_song)}
        self._meetings = {kinds: self._singers_who_meet(*kinds) for kinds in self._kinds_of_meetings()}
        self._check()

    def singers_without_pair(self) -> list[str]:
        """List the singers without a same-singer pair: their clips are only pushed away, never pulled together."""
        partnered = sorted({code for codes in self._with_partner.values() for code in codes})
        return [str(name) for name in np.delete(self._names, partnered)]

    def draw(self, pairs: int, generator: np.random.Generator) -> Pairs:
        """Draw an even number of pairs, half of each kind."""
        half = pairs // 2
        drawn = [self._positive(generator) for _ in range(half)] + [self._negative(generator) for _ in range(half)]
        first, second = np.array(drawn, np.int64).T
        return Pairs(first, second, np.arange(2 * half) < half)

    def _positive(self, generator: np.random.Generator) -> tuple[int, int]:
        cross_song = _applies(self._cross_song, generator)
        clips = self._clips[generator.choice(self._with_partner[cross_song])]
        while True:
            first, second = generator.choice(clips, 2, replace=False)
            if not cross_song or self._song[first] != self._song[second]:
                return int(first), int(second)

    def _negative(self, generator: np.random.Generator) -> tuple[int, int]:
        kinds = _applies(self._same_song, generator), _applies(self._within_corpus, generator)
        singers = self._clips
        if any(kinds):
            meetings = self._meetings[kinds]
            singers = meetings[int(generator.integers(len(meetings)))]
        one, other = generator.choice(len(singers), 2, replace=False)
        return int(generator.choice(singers[one])), int(generator.choice(singers[other]))

    def _singers_with_partner(self, *, cross_song: bool) -> list[int]:
        variety = [np.unique(self._song[clips]).size if cross_song else clips.size for clips in self._clips]
        return [code for code, kinds in enumerate(variety) if kinds > 1]

    def _kinds_of_meetings(self) -> list[tuple[bool, bool]]:
        return [kinds for kinds in product(_kinds(self._same_song), _kinds(self._within_corpus)) if any(kinds)]

    def _singers_who_meet(self, in_song: bool, in_corpus: bool) -> list[list[Indices]]:
        """List the clips of each singer, for each song (or corpus, or song of a corpus) that two singers share."""
        corpora = int(self._corpus.max(initial=0)) + 1
        place = in_song * self._song * corpora + in_corpus * self._corpus
        meetings = []
        for code in np.unique(place):
            here = np.flatnonzero(place == code)
            singers, code_here = np.unique(self._singer[here], return_inverse=True)
            if singers.size > 1:
                meetings.append([here[rows] for rows in rows_by_code(code_here, singers.size)])
        return meetings

    def _check(self) -> None:
        if len(self._clips) < 2:
            raise BadInputError(f"different-singer pairs need two singers; the clips have {len(self._clips)}")
        for cross_song, singers in self._with_partner.items():
            if not singers:
                wanted = "clips of two songs (train.cross_song)" if cross_song else "two clips"
                raise BadInputError(f"same-singer pairs need a singer with {wanted}; there is none")
        for kinds, meetings in self._meetings.items():
            if not meetings:
                raise BadInputError(f"{WANTED[kinds]}; there is none")


# Why there are no different-singer pairs that share the song, the corpus, or both.
WANTED = {
    (True, False): "train.same_song needs a song sung by two singers",
    (False, True): "train.within_corpus needs a corpus with two singers",
    (True, True): "train.same_song with train.within_corpus needs a song sung by two singers of one corpus",
}


def rows_by_code(code: Indices, codes: int) -> list[Indices]:
    """List the rows of each code, ascending, in one pass over all rows, however many codes there are.

    Parameters
    ----------
    code : ndarray of int64, shape (n,)
        From 0 to below `codes`.
    codes : int
    """
    ends = np.cumsum(np.bincount(code, minlength=codes))
    return np.split(np.argsort(code, kind="stable"), ends)[:codes]


def _kinds(share: float) -> tuple[bool, ...]:
    """List which kinds of pairs a share produces: unconstrained (False), constrained (True), or both."""
    return (False,) if share == 0 else (True,) if share == 1 else (False, True)


def _applies(share: float, generator: np.random.Generator) -> bool:
    """Draw whether a share constrains this pair."""
    return share == 1 or (share > 0 and generator.random() < share)
