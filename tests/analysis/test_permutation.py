from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.analysis.permutation import sign_flip


def test_by_hand() -> None:
    # sums 2, 1, 1 by singer: of 8 exchanges, +4 and -4 are as far out as 4
    assert sign_flip(np.array([1, 1, 1, 0, 1]), np.array(list("aabbc"))) == pytest.approx(2 / 8)
    # sums 2, -1: +-1 and +-3; all four are at least as far out as 1
    assert sign_flip(np.array([1, 1, -1]), np.array(list("aab"))) == 1
    # a singer without a difference changes nothing
    assert sign_flip(np.array([1, 1, 1, 0, 1, 0]), np.array(list("aabbcd"))) == pytest.approx(2 / 8)


def test_no_difference() -> None:
    assert sign_flip(np.zeros(4, int), np.array(list("aabb"))) == 1
    assert sign_flip(np.array([1, -1]), np.array(list("aa"))) == 1


@given(st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 5)), min_size=1, max_size=25))
@settings(max_examples=100, deadline=None)
def test_agrees_with_all_exchanges(rows: list[tuple[int, int]]) -> None:
    difference, singer = np.array(rows).T
    sums = [difference[singer == name].sum() for name in np.unique(singer)]
    exchanged = [abs(np.dot(signs, sums)) for signs in product([-1, 1], repeat=len(sums))]
    expected = np.mean(np.array(exchanged) >= abs(sum(sums)))
    assert sign_flip(difference, singer) == pytest.approx(expected, abs=1e-12)


def test_agrees_with_scipy() -> None:
    generator = np.random.default_rng(5)
    sums = generator.integers(-2, 4, 12)
    # as many resamples as there are exchanges: scipy then takes each once
    drawn = stats.permutation_test((sums,), np.mean, permutation_type="samples", n_resamples=2**12)
    assert 0 < drawn.pvalue < 1
    assert sign_flip(sums, np.arange(12)) == pytest.approx(drawn.pvalue)


def test_exact_with_many_singers() -> None:
    # 400 singers, each better by one: the two outermost of 2**400 exchanges
    assert sign_flip(np.ones(400, int), np.arange(400)) == pytest.approx(2.0**-399)
    # with 10 000 of which 5100 are better: the binomial's two tails
    signs = np.where(np.arange(10000) < 5100, 1, -1)
    assert sign_flip(signs, np.arange(10000)) == pytest.approx(stats.binomtest(5100, 10000).pvalue)


def test_false_alarms_are_as_rare_as_promised() -> None:
    generator = np.random.default_rng(0)
    singers = np.repeat(np.arange(15), 4)
    ps = [sign_flip(generator.choice([-1, 0, 1], 60), singers) for _ in range(2000)]
    assert np.mean(np.array(ps) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2000)
