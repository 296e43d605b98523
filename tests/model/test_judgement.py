import numpy as np
import pytest

from pipeline.model.calibration import Calibration
from pipeline.model.judgement import judge_calibration, probability_curve
from pipeline.model.known_pairs import KnownPairs

PAIRS = KnownPairs(
    distances=np.array([0.25, 1.0, 0.5, 2.0, 3.0]),
    same_singer=np.array([True, True, False, False, False]),
    weights=np.array([0.3, 0.2, 0.1, 0.2, 0.2]),
    singers=3,
)


def test_misses_and_false_alarms_weigh_the_pairs_of_their_kind(calibration: Calibration) -> None:
    """The threshold is 0.5, and a pair exactly there is accepted."""
    found = judge_calibration(calibration, PAIRS)
    assert found.misses == pytest.approx(0.2 / 0.5)
    assert found.false_alarms == pytest.approx(0.1 / 0.5)
    assert found.figures()["pairs"] == 5
    assert found.figures()["singers"] == 3


def test_the_curve_runs_from_nothing_to_the_farthest_pair(calibration: Calibration) -> None:
    distances, probabilities = probability_curve(calibration, PAIRS)
    assert (distances[0], distances[-1]) == (0, 3)
    assert probabilities[0] == pytest.approx(1 / (1 + np.exp(-2)))  # bias 2
    assert probabilities[-1] == pytest.approx(1 / (1 + np.exp(-(2 - 4 * 3))))
    assert (np.diff(probabilities) < 0).all()
