import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_curve

from pipeline.analysis.error_curve import ErrorCurve, equal_error_of_pairs


def rate(same: list[float], different: list[float]) -> float:
    return equal_error_of_pairs(np.array(same + different), np.arange(len(same) + len(different)) < len(same))


def test_worked_by_hand() -> None:
    assert rate([1.0, 2.0], [3.0, 4.0]) == 0
    assert rate([3.0, 4.0], [1.0, 2.0]) == 1
    assert rate([1.0, 1.0], [1.0, 1.0]) == 0.5
    assert rate([1.0, 2.0, 3.0, 9.0], [4.0, 5.0, 6.0, 0.0]) == 0.25  # one of four on the wrong side, both ways


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=40))
def test_it_is_that_of_scikit_learns_curve(pairs: list[tuple[int, bool]]) -> None:
    """Ties fall together, and between thresholds there are straight lines."""
    pairs += [(3, True), (4, False)]
    distance, same = np.array([d for d, _ in pairs], float), np.array([s for _, s in pairs])
    false_alarms, hits, _ = roc_curve(same, -distance, drop_intermediate=False)
    expected = np.interp(0.0, false_alarms + hits - 1, false_alarms)
    assert equal_error_of_pairs(distance, same) == pytest.approx(expected)


def test_no_number_gives_none() -> None:
    assert np.isnan(rate([1.0, np.nan], [2.0, 3.0]))


def test_the_best_threshold_is_a_score_that_occurs() -> None:
    """Accepting from 2 on refuses one of three targets and accepts one of three nontargets; no score is more even."""
    curve = ErrorCurve(np.array([5.0, 4, 1, 4, 2, 0]), np.array([True, True, True, False, False, False]))
    assert curve.best_threshold(np.ones(6)) == pytest.approx((4.0, 1 / 3))


def test_weights_move_the_best_threshold() -> None:
    """The target at 1 weighs four of six: refusing it alone misses as much as accepting two of three nontargets."""
    curve = ErrorCurve(np.array([5.0, 4, 1, 4, 2, 0]), np.array([True, True, True, False, False, False]))
    assert curve.best_threshold(np.array([1.0, 1, 4, 1, 1, 1])) == pytest.approx((2.0, 2 / 3))
