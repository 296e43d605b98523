import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.analysis.bootstrap import Bootstrap, Estimate


def over(singers: list[int] | np.ndarray, draws: int = 2000, level: float = 0.95, seed: int = 0) -> Bootstrap:
    return Bootstrap.over(np.asarray(singers), draws, level, np.random.default_rng(seed))


def test_means_by_hand() -> None:
    # singer 0 has 1 and 0, singer 1 has 1: both once 2/3, singer 0 twice 1/2, singer 1 twice 1
    bootstrap = Bootstrap(np.array([0, 0, 1]), np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]]), 0.95)
    assert bootstrap.means(np.array([1.0, 0.0, 1.0])) == pytest.approx([2 / 3, 1 / 2, 1])


def test_values_that_are_missing_are_passed_over() -> None:
    bootstrap = Bootstrap(np.array([0, 0, 1]), np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]]), 0.95)
    values = np.array([3.0, np.nan, np.nan])
    assert np.array_equal(bootstrap.means(values), [3, 3, np.nan], equal_nan=True)
    assert bootstrap.mean(values) == Estimate(3, 3, 3)


def test_every_draw_holds_as_many_singers_as_there_are() -> None:
    bootstrap = over(np.repeat(np.arange(7), 3), draws=500)
    assert bootstrap.counts.shape == (500, 7)
    assert set(bootstrap.counts.sum(axis=1)) == {7}
    assert bootstrap.counts.mean() == 1
    # with replacement: a singer is missing from a draw with probability (6/7)**7
    assert np.mean(bootstrap.counts == 0) == pytest.approx((6 / 7) ** 7, abs=4 * 0.5 / np.sqrt(3500))


def test_interval_agrees_with_scipy_at_the_expanded_level() -> None:
    # one performance a singer: scipy's plain percentile interval, its level moved to where the expanded tails lie
    values = np.random.default_rng(3).gamma(2.0, size=25)
    tail = stats.norm.cdf(np.sqrt(25 / 24) * stats.t.ppf(0.05, 24))
    drawn = stats.bootstrap(
        (values,), np.mean, n_resamples=40000, confidence_level=1 - 2 * tail, method="percentile", rng=4
    )
    found = over(np.arange(25), draws=40000, level=0.9).mean(values)
    deviation = float(np.std(values)) / 5
    assert found.value == pytest.approx(np.mean(values))
    assert found.low == pytest.approx(drawn.confidence_interval.low, abs=0.04 * deviation)
    assert found.high == pytest.approx(drawn.confidence_interval.high, abs=0.04 * deviation)


def test_performances_of_a_singer_are_not_independent() -> None:
    # eight copies of each singer's value tell no more than one
    values = np.random.default_rng(0).normal(size=20)
    once = over(np.arange(20), draws=500).mean(values)
    copied = over(np.repeat(np.arange(20), 8), draws=500).mean(np.repeat(values, 8))
    assert copied == pytest.approx(once)


@pytest.mark.slow
@pytest.mark.parametrize(("singers", "mean"), [(10, 0.5), (20, 0.5), (20, 0.8), (60, 0.8)])
def test_the_interval_covers_as_often_as_it_says(singers: int, mean: float) -> None:
    # singers' abilities from a beta distribution with intraclass correlation 0.3, four performances each
    generator = np.random.default_rng([singers, round(10 * mean)])
    trials, covered, rows = 800, 0, np.repeat(np.arange(singers), 4)
    for trial in range(trials):
        ability = generator.beta(mean * 7 / 3, (1 - mean) * 7 / 3, singers)
        right = generator.random(len(rows)) < ability[rows]
        estimate = over(rows, draws=600, seed=trial).mean(right)
        covered += estimate.low <= mean <= estimate.high
    # 0.015 for what few singers cost (see `Bootstrap.estimate`), and three standard errors of the simulation
    assert covered / trials == pytest.approx(0.95, abs=0.015 + 3 * np.sqrt(0.95 * 0.05 / trials))


@given(
    singers=st.lists(st.integers(0, 5), min_size=2, max_size=20), seed=st.integers(0, 99), level=st.floats(0.05, 0.99)
)
@settings(max_examples=50, deadline=None)
def test_interval_lies_within_the_values(singers: list[int], seed: int, level: float) -> None:
    values = np.random.default_rng(seed).normal(size=len(singers))
    found = over(singers, draws=200, level=level).mean(values)
    if len(set(singers)) == 1:
        assert np.isnan(found.low)
        assert np.isnan(found.high)
        assert set(found.rounded()) == {"value"}
    else:
        assert values.min() - 1e-12 <= found.low <= found.high <= values.max() + 1e-12


def test_a_higher_level_is_wider() -> None:
    values = np.random.default_rng(0).normal(size=30)
    widths = [(its := over(np.arange(30), level=level).mean(values)).high - its.low for level in (0.5, 0.9, 0.99)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_rounded() -> None:
    assert Estimate(1 / 3, 0.1, 2 / 3).rounded() == {"value": 0.3333, "low": 0.1, "high": 0.6667}
