"""Pairs of performances of different songs whose singers are known: on what a probability is fitted and judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.analysis.leave_one_out import encode
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.errors import BadInputError

MOST = 2**18
"""Pairs of one kind; of more, a sample is drawn."""


class NoPairsError(BadInputError):
    """Performances that cannot be paired both ways: by the same singer, and by different ones."""


@dataclass(frozen=True, eq=False)
class KnownPairs:
    """Pairs of performances, each of two different songs.

    A pair that shares the song is left out: where every singer sings every song once, as in a balanced corpus, it can
    only be of two singers, and the song would give the answer away.

    Attributes
    ----------
    distances : ndarray of float64, shape (m,)
        Euclidean.
    same_singer : ndarray of bool, shape (m,)
        Both answers occur.
    weights : ndarray of float64, shape (m,)
        Those of one singer sum to a half, each singer with the same share; those of two sum to a half, each two
        singers with the same share.
    singers : int
        Whose performances they are.
    """

    distances: NDArray[np.float64]
    same_singer: NDArray[np.bool_]
    weights: NDArray[np.float64]
    singers: int

    def __len__(self) -> int:
        return len(self.distances)

    @classmethod
    def of(cls, performances: Collection, generator: np.random.Generator, source: str) -> "KnownPairs":
        """Pair all performances of different songs.

        Parameters
        ----------
        performances : Collection
            One row a performance.
        generator : numpy.random.Generator
            Draws a sample where there are more than `MOST` pairs of a kind.
        source : str
            Where they come from, for the message.

        Raises
        ------
        NoPairsError
            No two are by the same singer, or no two by different singers.
        """
        trials = _across_songs(draw_trials(performances.singer, performances.song, MOST, generator))
        for kind, who in ((True, "the same singer"), (False, "different singers")):
            if not (trials.same_singer == kind).any():
                raise NoPairsError(f"{source}: no two performances of different songs by {who}")
        return cls(
            pair_distances(performances.vectors, trials),
            trials.same_singer,
            balanced_weights(trials, encode(performances.singer)),
            len(set(performances.singer.tolist())),
        )


def _across_songs(trials: Trials) -> Trials:
    chosen = ~trials.same_song
    return Trials(
        first=trials.first[chosen],
        second=trials.second[chosen],
        same_singer=trials.same_singer[chosen],
        same_song=trials.same_song[chosen],
        weight=trials.weight[chosen],
    )


def balanced_weights(trials: Trials, singer: NDArray[np.intp]) -> NDArray[np.float64]:
    """Weigh trials as `KnownPairs` says, shape (m,).

    Parameters
    ----------
    trials : Trials
    singer : ndarray of int, shape (n,)
        Number of the singer of each performance.
    """
    ends = np.sort(np.stack([singer[trials.first], singer[trials.second]]), axis=0)
    _, who, count = np.unique(ends, axis=1, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = 1 / count[who.ravel()]
    for kind in (True, False):
        chosen = trials.same_singer == kind
        weights[chosen] *= 0.5 / weights[chosen].sum()
    return weights
