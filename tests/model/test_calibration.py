import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss

from pipeline.model.calibration import Calibration, measure_reliability
from pipeline.model.known_pairs import KnownPairs


def pairs(distances: list[float], same: list[bool], weights: list[float] | None = None) -> KnownPairs:
    targets = np.array(same)
    shares = np.where(targets, 0.5 / targets.sum(), 0.5 / (~targets).sum()) if weights is None else np.array(weights)
    return KnownPairs(np.array(distances, float), targets, shares, singers=3)


def line(bias: float, slope: float) -> Calibration:
    return Calibration(
        bias=bias, slope=slope, threshold=1.0, equal_error_rate=0.1, prior=0.5, pairs=9, singers=3, corpus="x"
    )


def test_probabilities_by_hand() -> None:
    calibration = line(bias=math.log(9), slope=math.log(3))
    assert calibration.probability(0) == pytest.approx(0.9)  # odds 9 : 1
    assert calibration.probability(2) == pytest.approx(0.5)  # 9 / 3^2
    assert calibration.probability(0, prior=0.1) == pytest.approx(0.5)  # 9 x 1 : 9
    assert calibration.probabilities([0, 2]) == pytest.approx([0.9, 0.5])


@given(
    bias=st.floats(-20, 20),
    slope=st.floats(0, 100),
    near=st.floats(0, 1e6),
    further=st.floats(0, 1e6),
    prior=st.floats(0.001, 0.999),
)
def test_nearer_is_never_less_likely(bias: float, slope: float, near: float, further: float, prior: float) -> None:
    first, second = line(bias, slope).probabilities([near, near + further], prior)
    assert 0 <= second <= first <= 1


@pytest.mark.parametrize(("distance", "prior"), [(-1.0, 0.5), (math.nan, 0.5), (math.inf, 0.5), (1.0, 0.0), (1.0, 1.0)])
def test_what_is_no_distance_or_prior_is_refused(distance: float, prior: float) -> None:
    with pytest.raises(ValueError, match="must"):
        line(1, 1).probability(distance, prior)


def test_the_fit_is_that_of_scikit_learn() -> None:
    """Soft answers are rows counted twice, once with either answer."""
    generator = np.random.default_rng(0)
    same = np.arange(60) < 20
    distances = np.where(same, 0.5, 1.5) + 0.5 * generator.random(60) ** 2 + 0.6 * generator.random(60)
    weights = generator.random(60)
    fitted = Calibration.fit(pairs(distances.tolist(), same.tolist(), weights.tolist()), "made up")
    soft = np.where(same, 21 / 22, 1 / 42)
    reference = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(
        np.tile(distances, 2)[:, None],
        np.repeat([1, 0], 60),
        np.concatenate([weights * soft, weights * (1 - soft)]),
    )
    assert fitted.bias == pytest.approx(reference.intercept_[0], rel=1e-4)
    assert -fitted.slope == pytest.approx(reference.coef_[0, 0], rel=1e-4)
    assert (fitted.pairs, fitted.singers, fitted.prior) == (60, 3, 0.5)


def test_told_apart_without_fault_is_not_certain() -> None:
    """Two distances, two parameters: the curve goes through what Platt's rule makes of the answers."""
    fitted = Calibration.fit(pairs([1, 1, 3, 3, 3], [True, True, False, False, False]), "made up")
    assert fitted.probability(1) == pytest.approx(3 / 4, abs=1e-4)
    assert fitted.probability(3) == pytest.approx(1 / 5, abs=1e-4)
    assert (fitted.threshold, fitted.equal_error_rate) == (1, 0)


def test_distances_that_say_nothing_give_a_half() -> None:
    fitted = Calibration.fit(pairs([2, 3, 1, 2], [True, True, False, False]), "made up")
    assert fitted.slope == 0
    assert fitted.probability(7) == pytest.approx(0.5, abs=1e-6)


def test_equal_errors_by_hand() -> None:
    """Up to 2: one of three targets refused, one of three nontargets accepted."""
    fitted = Calibration.fit(pairs([1, 2, 5, 2, 4, 6], [True, True, True, False, False, False]), "made up")
    assert fitted.threshold == 2
    assert fitted.equal_error_rate == pytest.approx(1 / 3)


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


@pytest.mark.slow
@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans(), st.floats(0.01, 10)), min_size=1, max_size=30))
def test_losses_are_those_of_scikit_learn(trials: list[tuple[float, bool, float]]) -> None:
    probabilities, target, weights = (np.array(column) for column in zip(*trials, strict=True))
    found = measure_reliability(probabilities, target, weights)
    given_both = {"sample_weight": weights, "labels": [False, True]}
    assert found.log_loss == pytest.approx(log_loss(target, probabilities, **given_both))
    assert found.brier == pytest.approx(brier_score_loss(target, probabilities, **given_both))
    assert found.weight.sum() == pytest.approx(1)
    assert 0 <= found.calibration_error <= 1
