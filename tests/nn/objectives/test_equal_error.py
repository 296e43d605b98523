import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.verification import ErrorCurve
from pipeline.analysis.verification import equal_error_rate as of_curve
from pipeline.nn.objectives.equal_error import equal_error_rate


def rate(same: list[float], different: list[float]) -> float:
    return equal_error_rate(np.array(same + different), np.arange(len(same) + len(different)) < len(same))


def test_worked_by_hand() -> None:
    assert rate([1.0, 2.0], [3.0, 4.0]) == 0
    assert rate([3.0, 4.0], [1.0, 2.0]) == 1
    assert rate([1.0, 1.0], [1.0, 1.0]) == 0.5
    assert rate([1.0, 2.0, 3.0, 9.0], [4.0, 5.0, 6.0, 0.0]) == 0.25  # one of four on the wrong side, both ways


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=40))
def test_it_is_that_of_the_verification(pairs: list[tuple[int, bool]]) -> None:
    """Ties fall together, and between thresholds there are straight lines."""
    pairs += [(3, True), (4, False)]
    distance, same = np.array([d for d, _ in pairs], float), np.array([s for _, s in pairs])
    curve = ErrorCurve(-distance, same)
    assert equal_error_rate(distance, same) == pytest.approx(of_curve(*curve.rates(np.ones(len(same)))))


def test_no_number_gives_none() -> None:
    assert np.isnan(rate([1.0, np.nan], [2.0, 3.0]))
