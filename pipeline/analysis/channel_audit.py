"""Channel audit: how often the long-term average spectrum alone identifies the singer.

A microphone and a room colour everything that is recorded with them. Where a singer's recordings share them, a method
may recognise the singer by that colour; the accuracy of the average spectrum shows how far this could carry it.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.leave_one_out import Labels, Vectors, count_others
from pipeline.analysis.neighbours import outcomes
from pipeline.analysis.probe import LEVEL


def nearest_is_same_singer(vectors: Vectors, singer: Labels, song: Labels) -> NDArray[np.bool_]:
    """Mark the performances whose nearest neighbour among other songs is by the same singer.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    singer, song : ndarray of str, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)
        False where no other song exists.
    """
    return outcomes(vectors, singer, [1], excluded=song)[1]


def chance_share(singer: Labels, song: Labels) -> float:
    """Compute the share of True that `nearest_is_same_singer` would have on average with random neighbours."""
    others, own = count_others(singer, excluded=song)
    return float(np.mean(own / np.maximum(others, 1)))


def accuracy(right: NDArray[np.bool_], singer: Labels, draws: int, generator: np.random.Generator) -> Estimate:
    """Estimate the share of True, with its bootstrap interval over singers.

    Where all are True or all are False, every draw gives the same share; the far end is then that of the exact
    binomial interval (Clopper and Pearson) for as many trials as there are singers.

    Parameters
    ----------
    right : ndarray of bool, shape (n,)
    singer : ndarray of str, shape (n,)
    draws : int
        Bootstrap samples.
    generator : numpy.random.Generator
        Draws the singers.
    """
    if right.all() or not right.any():
        doubt = 1 - ((1 - LEVEL) / 2) ** (1 / len(np.unique(singer)))
        return Estimate(1.0, 1 - doubt, 1.0) if right.all() else Estimate(0.0, 0.0, doubt)
    return Bootstrap.over(singer, draws, LEVEL, generator).mean(right)
