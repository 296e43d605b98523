"""The distance within which at most a given share of impostor pairs lies, those of singers yet to come included.

The quantile of the impostor pairs at hand promises too much: it was fitted to these very singers, and where pairs are
few, a threshold that is too large accepts more impostors than one that is as much too small rejects. So the level of
the quantile is chosen by leaving two singers out, a variant of cross-conformal prediction (Vovk 2015): at which level
of all others' pairs does an impostor pair lie whose singers are not among them?
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Codes
from singing_style.calibration.pairs import VoicePairs

# What sums of shares may be off by.
SLACK = 1e-9

Numbers = NDArray[np.float64]


def threshold_at(impostors: VoicePairs, rate: float) -> float:
    """Find the threshold that accepts at most this share of impostor pairs, of unseen singers too.

    Parameters
    ----------
    impostors : VoicePairs
        Of different singers only.
    rate : float
        Above 0 and below 1.

    Returns
    -------
    float
        0 where the singers are too few to say.
    """
    levels = unseen_levels(impostors)
    order = np.argsort(levels, kind="stable")
    level = quantile(levels[order], impostors.weights[order], rate)
    return quantile(impostors.distances, impostors.weights, level)


def unseen_levels(impostors: VoicePairs) -> Numbers:
    """Compute which share of the pairs of all other singers lies within the distance of each pair: shape (m,), 0 to 1.

    The pairs within a distance that have neither of two singers are all, less those of one, less those of the other,
    plus those of both. A level is 1 where no pair is left.
    """
    m, one, other = len(impostors), impostors.one, impostors.other
    distances, weights = impostors.distances, impostors.weights
    twice = np.concatenate([one, other]), np.tile(distances, 2), np.tile(weights, 2)
    of_one, of_both = _sums_by_name(*twice), _sums_by_name(one * impostors.singers + other, distances, weights)
    everyone = np.stack([_sums(distances, weights), np.full(m, weights.sum())])
    within, total = everyone - of_one[:, :m] - of_one[:, m:] + of_both
    left = total > SLACK
    return np.clip(np.where(left, within / np.where(left, total, 1), 1), 0, 1)


def quantile(distances: Numbers, weights: Numbers, level: float) -> float:
    """Return the greatest of ascending distances within which at most a share of the weight lies; 0 if none.

    Examples
    --------
    >>> quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), 0.5)
    2.0
    """
    sums = _sums(distances, weights)
    within = np.flatnonzero(sums <= sums[-1] * level + SLACK)
    return float(distances[within[-1]]) if len(within) else 0.0


def _sums(distances: Numbers, weights: Numbers) -> Numbers:
    """Sum the weight within each of ascending distances, equal ones included: shape (m,)."""
    last = np.searchsorted(distances, distances, side="right") - 1
    return np.asarray(np.cumsum(weights)[last])


def _sums_by_name(names: Codes, distances: Numbers, weights: Numbers) -> Numbers:
    """Sum, of each name, the weight within the distance of each row, and all of it: shape (2, rows)."""
    order = np.lexsort((distances, names))
    name, distance, sums = names[order], distances[order], np.cumsum(weights[order])
    ends_name = np.append(name[1:] != name[:-1], True)
    ends_value = ends_name | np.append(distance[1:] != distance[:-1], True)
    of_name, of_value = (np.cumsum(ends) - ends for ends in (ends_name, ends_value))
    before = np.append(0.0, sums[ends_name])[of_name]
    found = np.empty((2, len(names)))
    found[:, order] = sums[ends_value][of_value] - before, sums[ends_name][of_name] - before
    return found
