import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_curve

from pipeline.analysis import error_draws as module
from pipeline.analysis.error_draws import ErrorDraws

# Singers 0 and 1, from strict to loose: a target of 0, a nontarget, a target of 1, a nontarget, a target of 0
SCORES, ONE, TWO = np.array([5.0, 4, 3, 2, 1]), np.array([0, 0, 1, 1, 0]), np.array([0, 1, 1, 0, 0])


def drawn(scores: np.ndarray, weight: np.ndarray, one: np.ndarray, two: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.concatenate([some.equal_error_rate for some in ErrorDraws(scores, weight, one, two).blocks(counts)])


def test_by_hand() -> None:
    # once each: misses 1, 2/3, 2/3, 1/3, 1/3 and 0, false alarms 0, 0, 1/2, 1/2, 1 and 1: equal between the second
    # and third targets, where misses fall from 2/3 to 1/3 at false alarms of 1/2
    # singer 0 twice: targets weigh 2, 1 and 2, so that misses are 3/5 and then 2/5 there
    counts = np.array([[1.0, 1.0], [2.0, 1.0], [2.0, 0.0]])
    (errors,) = ErrorDraws(SCORES, np.ones(5), ONE, TWO).blocks(counts)
    # at nothing, the three targets, which the lowest score is one of
    assert errors.misses[:, 0] == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert errors.false_alarms[:, 0] == pytest.approx([0, 0, 1 / 2, 1])
    assert errors.misses[:, 1] == pytest.approx([1, 3 / 5, 2 / 5, 0])
    assert errors.equal_error_rate == pytest.approx([1 / 2, 1 / 2, np.nan], nan_ok=True)
    assert np.isnan(errors.misses[:, 2]).all()


def test_the_crossing_may_lie_at_a_nontarget() -> None:
    # targets at 9 and 0: from the first on misses are 1/2; of three nontargets in between the second brings 2/3, so
    # that the line from 1/3 to 2/3 passes 1/2; weighing 1, 4, 1 the second brings 5/6: the line from 1/6 passes 1/2
    scores, one, two = np.array([9.0, 5, 4, 3, 0]), np.array([0, 0, 0, 0, 0]), np.array([0, 1, 2, 3, 0])
    assert drawn(scores, np.ones(5), one, two, np.array([[1.0, 1, 1, 1]])) == pytest.approx([1 / 2])
    (errors,) = ErrorDraws(scores, np.ones(5), one, two).blocks(np.array([[1.0, 1, 1, 1], [1, 1, 4, 1]]))
    assert errors.false_alarms.T.tolist() == [[0, 0, 1], [0, 0, 1]]
    assert errors.equal_error_rate == pytest.approx([1 / 2, 1 / 2])


@pytest.mark.slow
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=40
    ),
    block=st.integers(1, 60),
    seed=st.integers(0, 99),
)
@settings(max_examples=150, deadline=None)
def test_agrees_with_scikit_learn(rows: list[tuple[int, int, int, int]], block: int, seed: int) -> None:
    rows = [*rows, (3, 0, 0, 1), (4, 0, 1, 1)]
    scores, one, two, weight = (np.array(column) for column in zip(*rows, strict=True))
    counts = np.random.default_rng(seed).integers(0, 3, (9, 4)).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_VALUES", block)
        found = drawn(scores.astype(float), weight.astype(float), one, two, counts)
    for rate, times in zip(found, counts, strict=True):
        weighs = weight * np.where(one == two, times[one], times[one] * times[two])
        if not weighs[one == two].any() or not weighs[one != two].any():
            assert np.isnan(rate)
            continue
        alarms, hits, _ = roc_curve(one == two, scores, sample_weight=weighs, drop_intermediate=False)
        assert rate == pytest.approx(np.interp(0, alarms + hits - 1, alarms), abs=1e-9)
