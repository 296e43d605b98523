import doctest
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.splits import dealing
from pipeline.corpora.splits.dealing import CLASSES, apportion, deal_counts, dealing_order

SHARES = (0.5, 0.2, 0.3)


@pytest.mark.parametrize(
    ("total", "weights", "counts"),
    [
        (16, [0.5, 0.125, 0.375], [8, 2, 6]),
        (10, [1, 1, 1], [4, 3, 3]),
        (7, [0.5, 0.2, 0.3], [4, 1, 2]),  # 3.5, 1.4, 2.1: the largest remainder is train's
        (3, [0.2, 0.3], [1, 2]),
        (0, [1.0], [0]),
    ],
)
def test_apportions_by_largest_remainder(total: int, weights: list[float], counts: list[int]) -> None:
    assert apportion(total, weights) == counts


def test_singers_who_fit_one_part_go_there_and_the_rest_in_proportion() -> None:
    dealt = deal_counts((4, 5, 6, 7, 8, 10, 20), SHARES, 2)
    # Train to validation is 5 : 2, train to test 5 : 3, validation to test 2 : 3.
    assert dealt == ((4, 0, 0), (0, 5, 0), (0, 0, 6), (5, 2, 0), (5, 0, 3), (0, 4, 6), (10, 4, 6))


def test_a_short_part_is_topped_up() -> None:
    assert deal_counts((0, 0, 0, 0, 0, 0, 6), SHARES, 2)[6] == (2, 2, 2)


def test_a_short_part_is_topped_up_by_way_of_the_third() -> None:
    # Class (train, validation): 0.2 and 1.8, so 0 and 2. Class (validation, test): 0.6 and 5.4, so 1 and 5.
    # Train lacks two. Test, the largest, gives them by way of validation: who fits train moves there from validation,
    # who fits both moves from test to validation.
    dealt = deal_counts((0, 0, 0, 2, 0, 6, 0), (0.01, 0.1, 0.89), 2)
    assert dealt[3] == (2, 0, 0)
    assert dealt[5] == (0, 3, 3)


SIZES = st.tuples(*[st.integers(0, 4)] * 7)


@given(sizes=SIZES, shares=st.sampled_from([SHARES, (0.8, 0.1, 0.1), (0.01, 0.01, 0.98)]))
def test_everyone_is_dealt_once_to_a_part_that_fits(sizes: tuple[int, ...], shares: tuple[float, float, float]) -> None:
    for parts, size, row in zip(CLASSES, sizes, deal_counts(sizes, shares, 2), strict=True):
        assert sum(row) == size
        assert min(row) >= 0
        assert all(row[part] == 0 for part in range(3) if part not in parts)


@given(sizes=SIZES, shares=st.permutations([0.01, 0.1, 0.89]))
def test_every_part_is_served_exactly_where_that_is_possible(sizes: tuple[int, ...], shares: list[float]) -> None:
    dealt = deal_counts(sizes, (shares[0], shares[1], shares[2]), 2)
    served = all(sum(row[part] for row in dealt) >= 2 for part in range(3))
    # Hall's theorem: any set of parts must have enough singers who fit one of them.
    possible = all(
        sum(size for parts, size in zip(CLASSES, sizes, strict=True) if any(wanted[part] for part in parts))
        >= 2 * sum(wanted)
        for wanted in product([False, True], repeat=3)
    )
    assert served == possible


def test_the_order_is_seeded_and_mixes_kinds_in_every_run() -> None:
    singers = [f"s{at:02d}" for at in range(16)]
    kinds = {singer: "male" if at % 2 else "female" for at, singer in enumerate(singers)}
    order = dealing_order(singers, kinds, np.random.default_rng(1))
    assert sorted(order) == singers
    assert order == dealing_order(singers, kinds, np.random.default_rng(1))
    assert order != dealing_order(singers, kinds, np.random.default_rng(2))
    for start, stop in [(0, 8), (8, 10), (10, 16)]:
        assert sum(kinds[singer] == "male" for singer in order[start:stop]) == (stop - start) // 2


def test_the_examples_run() -> None:
    assert doctest.testmod(dealing) == (0, 2)
