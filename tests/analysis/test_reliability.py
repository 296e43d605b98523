import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, log_loss

from pipeline.analysis.reliability import measure_reliability


def test_bins_by_hand() -> None:
    probabilities = np.array([0.12, 0.18, 0.95, 0.91, 1.0])
    target = np.array([False, True, True, True, False])
    found = measure_reliability(probabilities, target, np.array([1.0, 1.0, 2.0, 2.0, 4.0]))
    assert found.weight == pytest.approx([0.2, 0.8])
    assert found.predicted == pytest.approx([0.15, (1.9 + 1.82 + 4) / 8])
    assert found.observed == pytest.approx([0.5, 0.5])
    assert found.calibration_error == pytest.approx(0.2 * 0.35 + 0.8 * 0.465)


def test_knowing_nothing() -> None:
    found = measure_reliability(np.full(4, 0.5), np.array([True, False, True, False]), np.ones(4))
    assert (found.log_loss, found.brier, found.calibration_error) == pytest.approx((math.log(2), 0.25, 0))


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans(), st.floats(0.01, 10)), min_size=1, max_size=30))
def test_losses_are_those_of_scikit_learn(trials: list[tuple[float, bool, float]]) -> None:
    probabilities, target, weights = (np.array(column) for column in zip(*trials, strict=True))
    found = measure_reliability(probabilities, target, weights)
    given_both = {"sample_weight": weights, "labels": [False, True]}
    assert found.log_loss == pytest.approx(log_loss(target, probabilities, **given_both))
    assert found.brier == pytest.approx(brier_score_loss(target, probabilities, **given_both))
    assert found.weight.sum() == pytest.approx(1)
    assert 0 <= found.calibration_error <= 1
