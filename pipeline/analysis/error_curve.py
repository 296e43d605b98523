"""False alarms and misses at every threshold, and where the two are equal."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class ErrorCurve:
    """False alarms and misses at every threshold, for changing weights of the same trials.

    Parameters
    ----------
    scores : ndarray of float64, shape (m,)
        Higher speaks for a target.
    target : ndarray of bool, shape (m,)
    """

    def __init__(self, scores: Numbers, target: NDArray[np.bool_]) -> None:
        self._order = np.argsort(-scores, kind="stable")
        self._ranked = scores[self._order]
        # equal scores fall together
        self._last = np.append(np.flatnonzero(np.diff(self._ranked)), len(scores) - 1)
        self._target = target[self._order]

    def rates(self, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Return shares of nontargets accepted and of targets refused, from the strictest threshold to the loosest.

        Parameters
        ----------
        weights : ndarray of float64, shape (m,)

        Returns
        -------
        tuple of two ndarray of float64, shape (thresholds + 1,)
            The first accepts nothing: (0, 1); the last accepts all: (1, 0). NaN where no trial of a kind has weight.
        """
        ranked = weights[self._order]
        with np.errstate(invalid="ignore"):
            accepted = [self._accepted(np.where(self._target == kind, ranked, 0.0)) for kind in (False, True)]
        return accepted[0], 1 - accepted[1]

    def best_threshold(self, weights: Numbers) -> tuple[float, float]:
        """Find the score from which both errors are as equal as at any score that occurs.

        Unlike `equal_error_rate` this is no point between two scores: it is a threshold that can be applied.

        Returns
        -------
        threshold : float
            Trials of this score or a higher one are accepted.
        rate : float
            Mean of both errors there, 0 to 1.
        """
        false_alarms, misses = self.rates(weights)
        best = 1 + int(np.argmin(np.abs(misses - false_alarms)[1:]))
        return float(self._ranked[self._last[best - 1]]), float((false_alarms[best] + misses[best]) / 2)

    def _accepted(self, weights: Numbers) -> Numbers:
        gathered = np.cumsum(weights)[self._last]
        shares: Numbers = np.concatenate([[0.0], gathered]) / gathered[-1]
        return shares


def equal_error_rate(false_alarms: Numbers, misses: Numbers) -> float:
    """Find where false alarms and misses are equal, on straight lines between successive thresholds.

    Parameters
    ----------
    false_alarms, misses : ndarray of float64, shape (thresholds + 1,)
        From (0, 1) to (1, 0), as `ErrorCurve.rates` returns them.
    """
    ahead = misses - false_alarms  # falls from 1 to -1
    after = int(np.argmax(ahead <= 0))
    part = ahead[after - 1] / (ahead[after - 1] - ahead[after])
    return float(false_alarms[after - 1] + part * (false_alarms[after] - false_alarms[after - 1]))


def equal_error_of_pairs(distance: Numbers, same: NDArray[np.bool_]) -> float:
    """Compute the equal error rate of pairs by their distance.

    Parameters
    ----------
    distance : ndarray of float64, shape (pairs,)
        Small speaks for the same singer.
    same : ndarray of bool, shape (pairs,)
        Whether the singer is the same; both kinds occur.

    Returns
    -------
    float
        0 to 1; NaN where a distance is no number, as when training has diverged.
    """
    if not np.isfinite(distance).all():
        return float("nan")
    return equal_error_rate(*ErrorCurve(-distance, same).rates(np.ones(len(same))))


def min_detection_cost(false_alarms: Numbers, misses: Numbers, target_prior: float) -> Numbers:
    """Compute the least expected cost over all thresholds, normalised as in NIST's speaker recognition evaluations.

    Parameters
    ----------
    false_alarms, misses : ndarray of float64, shape (thresholds + 1, ...)
        As `ErrorCurve.rates` returns them, or `ErrorDraws.blocks` for many draws.
    target_prior : float
        Probability of a target, between 0 and 1. A miss costs as much as a false alarm.

    Returns
    -------
    ndarray of float64, shape (...)
        0 to 1: the cost as a share of that of accepting all, or rejecting all, whichever is cheaper.
    """
    miss, false_alarm = target_prior, 1 - target_prior
    return np.asarray(np.min(miss * misses + false_alarm * false_alarms, axis=0) / min(miss, false_alarm))
