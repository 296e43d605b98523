"""Channel audit: how often the long-term average spectrum alone betrays the singer.

A microphone and a room colour everything that is recorded with them. Where a singer's recordings share them, a method
may know the singer by the colour; what the average spectrum achieves says how far that could carry it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.neighbours import outcomes
from pipeline.analysis.probe import LEVEL, Labels


def nearest_is_same_singer(vectors: NDArray[np.floating[Any]], singer: Labels, song: Labels) -> NDArray[np.bool_]:
    """Tell for every performance whether its nearest neighbour among other songs is by the same singer.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    singer, song : ndarray of str, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)
        False where there is no other song.
    """
    return outcomes(vectors, singer, [1], barred=song)[1]


def chance_share(singer: Labels, song: Labels) -> float:
    """Compute the exact share of True in `nearest_is_same_singer` to expect of neighbours drawn at random."""
    others = song != song[:, None]
    own = others & (singer == singer[:, None])
    return float(np.mean(own.sum(axis=1) / np.maximum(others.sum(axis=1), 1)))


def accuracy(right: NDArray[np.bool_], singer: Labels, draws: int, generator: np.random.Generator) -> Estimate:
    """Give the share of True, with its bootstrap interval over singers.

    Where all are True or all False, the bootstrap has nothing to vary: then the far end is that of the exact binomial
    interval (Clopper and Pearson) for as many trials as there are singers.

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
