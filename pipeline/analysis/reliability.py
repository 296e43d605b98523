"""How far probabilities can be believed: of pairs called same-singer at 80 %, 80 in 100 should turn out so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """How well probabilities fit what was the case, over weighted trials.

    Attributes
    ----------
    log_loss : float
        Mean of ``-log(probability of the right answer)``; a half for everything has log 2 = 0.693.
    brier : float
        Mean squared error of the probability; a half for everything has 0.25.
    calibration_error : float
        Expected calibration error: mean over the bins, by weight, of the distance from `predicted` to `observed`.
    predicted, observed, weight : ndarray of float64, shape (bins,)
        In each tenth of the probabilities that occurs: their mean, the share of targets, and the share of the weight.
    """

    log_loss: float
    brier: float
    calibration_error: float
    predicted: Numbers
    observed: Numbers
    weight: Numbers


def measure_reliability(probabilities: Numbers, target: NDArray[np.bool_], weights: Numbers) -> Reliability:
    """Measure how far probabilities can be believed.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (m,)
        Of a target, for each trial.
    target : ndarray of bool, shape (m,)
    weights : ndarray of float64, shape (m,)
    """
    shares = weights / weights.sum()
    right = np.where(target, probabilities, 1 - probabilities)
    tenth = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    sums = np.array(
        [np.bincount(tenth, weights=shares * values, minlength=BINS) for values in (1.0, probabilities, target)], float
    )
    weight = sums[0, sums[0] > 0]
    predicted, observed = sums[1:, sums[0] > 0] / weight
    return Reliability(
        log_loss=float(-shares @ np.log(np.maximum(right, np.finfo(np.float64).tiny))),
        brier=float(shares @ (1 - right) ** 2),
        calibration_error=float(weight @ np.abs(predicted - observed)),
        predicted=predicted,
        observed=observed,
        weight=weight,
    )
