from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.analysis.products import Floating, Products

Kind = type[np.float32] | type[np.float64]


def all_values(products: Products, most: int = 10**6) -> tuple[NDArray[Any], NDArray[Any]]:
    """Gather values and margins of all queries."""
    blocks = products.by_block(lambda first, values: (values.copy(), products.margins(first, values)), most)
    values, margins = zip(*blocks, strict=True)
    return np.concatenate(values), np.concatenate(margins)


def exact(one: NDArray[Any], two: NDArray[Any]) -> Fraction:
    return sum(((Fraction(float(a)) - Fraction(float(b))) ** 2 for a, b in zip(one, two, strict=True)), Fraction(0))


def assert_ordered(vectors: NDArray[Any], kind: Kind) -> None:
    """Compare values that are further apart than their margins with exact distances."""
    values, margins = all_values(Products(vectors, vectors, np.arange(len(vectors)), kind))
    for row, one, two in permutations(range(len(vectors)), 3):
        if values[row, one] < values[row, two] - margins[row, two]:
            assert exact(vectors[row], vectors[one]) < exact(vectors[row], vectors[two])
        if values[row, one] > values[row, two] + margins[row, two]:
            assert exact(vectors[row], vectors[one]) > exact(vectors[row], vectors[two])


@pytest.mark.slow
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([0.0, 1.0, 1e3]), st.integers(-3, 3), st.integers(-30, 0)), min_size=3, max_size=9
    ),
    kind=st.sampled_from([np.float32, np.float64]),
    scale=st.sampled_from([1e-40, 1e-150, 1.0, 1e30]),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_values_further_apart_than_the_margin_are_in_the_order_of_the_exact_distances(
    rows: list[tuple[float, int, int]], kind: Kind, scale: float, seed: int
) -> None:
    # far from the origin, near one another, equal, some of them tiny: what costs a product its digits
    apart = np.random.default_rng(seed).normal(size=(len(rows), 3))
    apart[::3] = 1
    vectors = scale * np.array(
        [offset + step * 10.0**power * row for (offset, step, power), row in zip(rows, apart, strict=True)]
    )
    assert_ordered(vectors, kind)


def test_squares_too_small_for_float32_are_left_undecided() -> None:
    tiny = 1e-22 * np.random.default_rng(0).normal(size=(20, 3))
    assert_ordered(np.concatenate([tiny, np.ones((1, 3)), -np.ones((1, 3))]), np.float32)


@pytest.mark.parametrize(("kind", "share"), [(np.float32, 1e-4), (np.float64, 1e-12)])
def test_the_margin_leaves_little_undecided(kind: Kind, share: float) -> None:
    vectors = 1000 + np.random.default_rng(0).normal(size=(50, 20))
    values, margins = all_values(Products(vectors, vectors, np.arange(50), kind))
    reached = np.isfinite(values)
    assert margins[reached].max() < share * np.ptp(values[reached])


def test_values_are_half_the_squared_distances_less_a_constant_of_the_query() -> None:
    draws = np.random.default_rng(0)
    queries, vectors, groups = (
        draws.normal(size=(9, 4)),
        draws.normal(size=(9, 4)),
        np.array([0, 1, 2, 0, 1, 2, 0, 3, 3]),
    )
    products = Products(queries, vectors, groups, np.float64)
    values, _ = all_values(products)
    distances = ((queries[:, None] - vectors) ** 2).sum(axis=2)[np.ix_(products.order, products.order)]
    allowed = (groups[:, None] != groups)[np.ix_(products.order, products.order)]
    assert np.array_equal(np.isfinite(values), allowed)
    for found, away, may in zip(values, distances, allowed, strict=True):
        # scaled alike everywhere, so that ratios of differences are those of the distances
        assert np.diff(found[may])[1:] / np.diff(found[may])[0] == pytest.approx(
            np.diff(away[may])[1:] / np.diff(away[may])[0]
        )


@given(most=st.integers(1, 200), multiple=st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_blocks_cover_all_queries_once_and_in_order(most: int, multiple: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(17, 3))
    products = Products(vectors, vectors, np.arange(17), np.float64, multiple)
    seen: list[tuple[int, int]] = products.by_block(lambda first, values: (first, len(values)), most)
    assert [first for first, _ in seen] == np.cumsum([0, *(queries for _, queries in seen)])[:-1].tolist()
    assert sum(queries for _, queries in seen) == 17
    values, _ = all_values(products, most)
    assert values.shape == (17, -(-17 // multiple) * multiple)
    assert np.all(np.isinf(values[:, 17:]))
    assert values == pytest.approx(all_values(products)[0], abs=1e-12)


def test_what_goes_wrong_with_a_block_is_reported() -> None:
    vectors = np.zeros((9, 2))

    def fail(first: int, values: Floating) -> None:
        raise ValueError(f"block at {first}")

    with pytest.raises(ValueError, match="block at 0"):
        Products(vectors, vectors, np.arange(9), np.float32).by_block(fail, 9)
