"""What a calibration is worth on pairs that it was not fitted to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.calibration import Calibration, Reliability, measure_reliability
from pipeline.model.known_pairs import KnownPairs

CURVE_POINTS = 200


@dataclass(frozen=True)
class Judgement:
    """How far probabilities and threshold hold on other pairs.

    Attributes
    ----------
    pairs : KnownPairs
    reliability : Reliability
    misses, false_alarms : float
        Shares of the pairs of one singer beyond the threshold, and of those of two within it, 0 to 1.
    """

    pairs: KnownPairs
    reliability: Reliability
    misses: float
    false_alarms: float

    def figures(self) -> dict[str, Any]:
        """Return the judgement as plain numbers, for metrics and card."""
        return {
            "log_loss": self.reliability.log_loss,
            "brier": self.reliability.brier,
            "calibration_error": self.reliability.calibration_error,
            "misses": self.misses,
            "false_alarms": self.false_alarms,
            "pairs": len(self.pairs),
            "singers": self.pairs.singers,
        }


def judge_calibration(calibration: Calibration, pairs: KnownPairs) -> Judgement:
    """Measure what probabilities and threshold are worth on pairs whose singers are known."""
    reliability = measure_reliability(calibration.probabilities(pairs.distances), pairs.same_singer, pairs.weights)
    accepted = pairs.distances <= calibration.threshold
    misses, false_alarms = (
        float(pairs.weights[wrong].sum() / pairs.weights[kind].sum())
        for wrong, kind in (
            (pairs.same_singer & ~accepted, pairs.same_singer),
            (~pairs.same_singer & accepted, ~pairs.same_singer),
        )
    )
    return Judgement(pairs, reliability, misses, false_alarms)


def probability_curve(calibration: Calibration, pairs: KnownPairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the probability at distances from 0 to the greatest of the pairs: two arrays of shape (points,)."""
    distances = np.linspace(0, float(pairs.distances.max()), CURVE_POINTS)
    return distances, calibration.probabilities(distances)
