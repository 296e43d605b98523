import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from pipeline.analysis.known_pairs import KnownPairs
from singing_style.calibration import Calibration


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
