"""The distance within which at most a given share of strangers may lie, singers who are yet to come included.

The quantile of the strangers at hand promises too much. It was drawn through these very singers, and where few pairs
lie, one threshold too large lets more strangers pass than one too small keeps out. So the level of the quantile is
chosen by cross-validation, as cross-conformal prediction does (Vovk 2015): at which level do strangers lie who were
not among those of the quantile?
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Codes
from singing_style.calibration.pairs import VoicePairs

FOLDS = 4
# How often singers are dealt into folds anew to choose a level: each time only pairs within a fold are judged.
ROUNDS = 6
# What sums of shares may be off by.
SLACK = 1e-9

Numbers = NDArray[np.float64]


def threshold_at(strangers: VoicePairs, rate: float, generator: np.random.Generator) -> float:
    """Find the threshold that takes at most this share of strangers for the same, of singers unseen too.

    Parameters
    ----------
    strangers : VoicePairs
        Of different singers only.
    rate : float
        Above 0 and below 1.
    generator : numpy.random.Generator
        Deals the singers into folds.

    Returns
    -------
    float
        0 where the singers are too few to say.
    """
    levels, weights = unseen_levels(strangers, generator)
    return quantile(strangers.distances, strangers.weights, quantile(levels, weights, rate))


def unseen_levels(strangers: VoicePairs, generator: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Tell which share of the other folds' strangers lie as near as each pair of strangers within a fold.

    Returns
    -------
    levels, weights : ndarray of float64, shape (k,)
        Levels ascend, from 0 to 1.
    """
    found, weights = [np.zeros(0)], [np.zeros(0)]
    who = np.union1d(strangers.one, strangers.other)
    for _ in range(ROUNDS):
        for fold in deal(who, strangers.singers, generator, FOLDS, 2):
            inside, outside = strangers.within(fold), strangers.within(~fold)
            if inside.any() and outside.any():
                found.append(shares(strangers.distances, np.where(outside, strangers.weights, 0.0))[inside])
                weights.append(strangers.weights[inside])
    levels = np.concatenate(found)
    order = np.argsort(levels, kind="stable")
    return levels[order], np.concatenate(weights)[order]


def deal(
    who: Codes, singers: int, generator: np.random.Generator, folds: int, least: int
) -> Iterator[NDArray[np.bool_]]:
    """Deal singers into folds, and yield each fold as a mask over all codes.

    Parameters
    ----------
    who : ndarray of int
        Codes of the singers to deal.
    singers : int
        Number of all codes.
    generator : numpy.random.Generator
    folds : int
        Number of folds; fewer where they would hold less than `least` singers.
    least : int
    """
    folds = max(1, min(folds, len(who) // least))
    order = generator.permutation(who)
    for first in range(folds):
        mask = np.zeros(singers, bool)
        mask[order[first::folds]] = True
        yield mask


def shares(distances: Numbers, weights: Numbers) -> Numbers:
    """Return, at each of ascending distances, the share of the weight that lies within it, shape (m,)."""
    last = np.searchsorted(distances, distances, side="right") - 1
    sums = np.cumsum(weights)
    return np.asarray(sums[last] / sums[-1])


def quantile(distances: Numbers, weights: Numbers, level: float) -> float:
    """Return the greatest of ascending distances within which at most a share of the weight lies; 0 if none.

    Examples
    --------
    >>> quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), 0.5)
    2.0
    """
    if not len(distances):
        return 0.0
    within = np.flatnonzero(shares(distances, weights) <= level + SLACK)
    return float(distances[within[-1]]) if len(within) else 0.0
