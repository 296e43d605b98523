"""Pairs of performances of different songs whose singers are known: on what a probability is fitted and judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.analysis.leave_one_out import encode
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.corpora.names import corpus_of
from pipeline.errors import BadInputError

# Pairs of one kind at most; of more, a sample is drawn.
MOST = 2**18


class NoPairsError(BadInputError):
    """Performances that cannot be paired both ways: by the same singer, and by different ones."""


@dataclass(frozen=True, eq=False)
class KnownPairs:
    """Pairs of performances, each of two different songs and, in a run of several corpora, of one corpus.

    A pair that shares the song is left out: where every singer sings every song once, as in a balanced corpus, it can
    only be of two singers, and the song would give the answer away. So would the corpus in a pair from two. A corpus
    without pairs of both kinds contributes none.

    Attributes
    ----------
    distances : ndarray of float64, shape (m,)
        Euclidean.
    same_singer : ndarray of bool, shape (m,)
        Both answers occur.
    weights : ndarray of float64, shape (m,)
        Those of one singer sum to a half, each singer with the same share; those of two sum to a half, each two
        singers with the same share. Corpora weigh the same, whatever their sizes.
    singers : int
        Whose performances they are.
    corpora : tuple of str
        Whose they are, in a run of several corpora: those that gave pairs; else one empty name.
    """

    distances: NDArray[np.float64]
    same_singer: NDArray[np.bool_]
    weights: NDArray[np.float64]
    singers: int
    corpora: tuple[str, ...] = ("",)

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
        corpus = corpus_of(performances.singer)
        trials = draw_trials(performances.singer, performances.song, MOST, generator, within=corpus)
        trials = trials[~trials.same_song]
        for kind, who in ((True, "the same singer"), (False, "different singers")):
            if not (trials.same_singer == kind).any():
                raise NoPairsError(f"{source}: no two performances of different songs by {who}")
        of = corpus[trials.first]
        judged = set(of[trials.same_singer]) & set(of[~trials.same_singer])
        if not judged:
            raise NoPairsError(f"{source}: no corpus has pairs of both kinds, by the same and by different singers")
        trials = trials[np.isin(of, list(judged))]
        return cls(
            pair_distances(performances.vectors, trials),
            trials.same_singer,
            balanced_weights(trials, encode(performances.singer), encode(corpus)),
            len(set(performances.singer[np.isin(corpus, list(judged))].tolist())),
            tuple(sorted(map(str, judged))),
        )


def balanced_weights(trials: Trials, singer: NDArray[np.intp], corpus: NDArray[np.intp]) -> NDArray[np.float64]:
    """Weigh trials as `KnownPairs` describes, shape (m,).

    Parameters
    ----------
    trials : Trials
        Each within a corpus; every corpus has both kinds.
    singer, corpus : ndarray of int, shape (n,)
        Number of the singer, and of the corpus, of each performance.
    """
    ends = np.sort(np.stack([singer[trials.first], singer[trials.second]]), axis=0)
    _, who, count = np.unique(ends, axis=1, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = 1 / count[who.ravel()]
    of = corpus[trials.first]
    corpora = np.unique(of)
    for one in corpora:
        for kind in (True, False):
            chosen = (of == one) & (trials.same_singer == kind)
            weights[chosen] *= 0.5 / weights[chosen].sum() / len(corpora)
    return weights
