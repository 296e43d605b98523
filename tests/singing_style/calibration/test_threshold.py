import doctest
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from singing_style.calibration import threshold
from singing_style.calibration.pairs import VoicePairs
from singing_style.calibration.threshold import quantile, threshold_at, unseen_levels
from tests.singing_style.calibration.made_up import choir


def strangers(distances: dict[tuple[int, int], list[float]]) -> VoicePairs:
    """Make up pairs of strangers from their distances, by their codes."""
    rows = sorted((distance, pair, 1 / len(its)) for pair, its in distances.items() for distance in its)
    one, other = np.array([pair for _, pair, _ in rows]).T
    apart, weights = (np.array([row[place] for row in rows]) for place in (0, 2))
    return VoicePairs(apart, one, other, weights, 1 + int(other.max()))


def test_a_quantile_weighs_and_keeps_equal_distances_together() -> None:
    assert doctest.testmod(threshold).failed == 0
    distances, weights = np.array([1.0, 2.0, 2.0, 5.0]), np.array([1.0, 1.0, 1.0, 7.0])
    assert quantile(distances, weights, 0.29) == 1
    assert quantile(distances, weights, 0.3) == 2
    assert quantile(distances, weights, 0.05) == 0
    assert quantile(distances, weights, 1.0) == 5


def test_levels_by_hand() -> None:
    """Four singers: beside each pair only the pair of the other two is left, so that each level is 0 or 1."""
    pairs = strangers({(0, 1): [1], (2, 3): [2], (0, 2): [3], (1, 3): [4], (0, 3): [5], (1, 2): [5]})
    levels = dict(zip(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True), unseen_levels(pairs), strict=True))
    assert levels == {(0, 1): 0, (2, 3): 1, (0, 2): 0, (1, 3): 1, (0, 3): 1, (1, 2): 1}
    assert unseen_levels(strangers({(0, 1): [1, 2], (0, 2): [3]})).tolist() == [1, 1, 1]  # nobody else is left


def test_levels_are_those_of_counting_afresh() -> None:
    """By an independent route: for each pair of singers the pairs of all others are looked up one by one."""
    generator = np.random.default_rng(0)
    pairs = strangers(
        {pair: generator.integers(0, 9, 1 + sum(pair)).astype(float).tolist() for pair in combinations(range(6), 2)}
    )
    for row, level in enumerate(unseen_levels(pairs)):
        left = [
            other for other in range(len(pairs))
            if not {pairs.one[row], pairs.other[row]} & {pairs.one[other], pairs.other[other]}
        ]  # fmt: skip
        near = [other for other in left if pairs.distances[other] <= pairs.distances[row]]
        assert level == pytest.approx(pairs.weights[near].sum() / pairs.weights[left].sum())


@given(st.integers(0, 10**6), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_who_allows_more_strangers_gets_no_smaller_threshold(seed: int, one: float, other: float) -> None:
    pairs = VoicePairs.of(choir(8, np.random.default_rng(seed), takes=2), np.random.default_rng(0))
    apart = pairs.take(~pairs.same_singer)
    assert threshold_at(apart, min(one, other)) <= threshold_at(apart, max(one, other))


def test_of_many_singers_the_threshold_is_the_known_quantile() -> None:
    """Two singers lie 2, 4, .. apart by chance, whoever they are: the share within 2 k is k in 100."""
    generator = np.random.default_rng(0)
    names = list(combinations(range(150), 2))
    pairs = strangers({pair: [2.0 * generator.integers(1, 101)] for pair in names})
    # the standard error of a share of 11175 pairs is 0.3 points at 0.1, that of 0.5 0.5 points
    for rate in (0.05, 0.1, 0.5):
        assert threshold_at(pairs, rate) == pytest.approx(200 * rate, abs=4)


def test_the_promise_holds_for_singers_to_come_and_the_plain_quantile_breaks_it() -> None:
    """Of 10 singers, judged on 150 others: the mean of 60 choirs, to three standard errors."""
    generator = np.random.default_rng(0)
    others = VoicePairs.of(choir(150, generator), generator)
    apart = np.sort(others.distances[~others.same_singer])
    found: list[float] = []
    plain: list[float] = []
    for _ in range(60):
        pairs = VoicePairs.of(choir(10, generator), generator)
        few = pairs.take(~pairs.same_singer)
        for thresholds, chosen in (
            (found, threshold_at(few, 0.05)),
            (plain, quantile(few.distances, few.weights, 0.05)),
        ):
            thresholds.append(float(np.searchsorted(apart, chosen, side="right")) / len(apart))
    error = 3 * np.std(found) / np.sqrt(len(found))
    assert np.mean(found) <= 0.05 + error
    assert abs(np.mean(found) - 0.05) < 0.02
    assert np.mean(plain) > 0.05 + 2 * np.std(plain) / np.sqrt(len(plain))
