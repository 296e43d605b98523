import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from pipeline.analysis.nearest import NOBODY, _smallest, _squared_distances, nearest


def plainly(queries: NDArray[Any], vectors: NDArray[Any], count: int, groups: NDArray[Any]) -> NDArray[np.intp]:
    """Rank all distances by a stable sort."""
    found = np.full((len(queries), min(count, len(vectors))), NOBODY, np.intp)
    distances = cdist(queries.astype(np.float64), vectors.astype(np.float64), "sqeuclidean")
    for row, away in enumerate(distances):
        others = np.flatnonzero(groups != groups[row])
        ranked = others[np.argsort(away[others], kind="stable")][:count]
        found[row, : len(ranked)] = ranked
    return found


def clusters(count: int, dimensions: int, seed: int = 0) -> NDArray[np.float32]:
    draws = np.random.default_rng(seed)
    centres = draws.normal(size=(count // 5 + 1, dimensions))
    return (centres[np.arange(count) // 5] + 0.3 * draws.normal(size=(count, dimensions))).astype(np.float32)


@pytest.mark.slow
@given(
    rows=st.integers(1, 400),
    different=st.integers(1, 40),
    groups=st.integers(1, 400),
    count=st.integers(1, 9),
    block=st.integers(1, 10**5),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_equal_distances_are_ranked_by_row(
    rows: int, different: int, groups: int, count: int, block: int, seed: int
) -> None:
    draws = np.random.default_rng(seed)
    vectors = draws.integers(0, different, (rows, 2)).astype(np.float32)
    queries = draws.integers(0, different, (rows, 2)).astype(np.float32)
    excluded = draws.integers(0, groups, rows)
    for asked in (queries, vectors):
        found = nearest(asked, vectors, count, excluded, block)
        assert np.array_equal(found, plainly(asked, vectors, count, excluded))


def stretched(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors * np.array([1e5, 1, 1, 1], np.float32)


def with_an_outlier(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(np.arange(len(vectors))[:, None] == 7, 1e6 * vectors, vectors)


def partly_tiny(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(np.arange(len(vectors))[:, None] % 2 == 1, 1e-22 * vectors, vectors).astype(np.float32)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda vectors: vectors,
        lambda vectors: vectors + 1000,
        # closer together than float32 can tell once they are multiplied
        lambda vectors: 1 + 1e-9 * vectors.astype(np.float64),
        lambda vectors: np.round(vectors),
        lambda vectors: np.zeros_like(vectors),
        lambda vectors: 1e36 * vectors,
        lambda vectors: 1e-40 * vectors.astype(np.float64),
        # whose squares have hardly a digit left
        lambda vectors: 1e-161 * vectors.astype(np.float64),
        stretched,
        with_an_outlier,
        partly_tiny,
    ],
)
def test_hard_to_tell_distances_are_ranked_as_they_are(change: Any) -> None:
    vectors = change(clusters(1500, 4))
    groups = np.random.default_rng(1).integers(0, 14, 1500)
    for count in (1, 7):
        for excluded in (np.arange(1500), groups):
            assert np.array_equal(
                nearest(vectors, vectors, count, excluded), plainly(vectors, vectors, count, excluded)
            )


def test_distances_of_pairs_are_to_the_bit_those_of_cdist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.analysis.nearest.BLOCK_VALUES", 1000)  # 15 pairs at a time
    vectors = clusters(60, 64).astype(np.float64)
    one, two = (side.ravel() for side in np.indices((60, 60)))
    found = _squared_distances(vectors, vectors, one, two)
    assert np.array_equal(found, cdist(vectors, vectors, "sqeuclidean").ravel())


@pytest.mark.slow
@pytest.mark.parametrize("change", [lambda vectors: vectors, np.zeros_like])
def test_memory_does_not_grow_with_the_square(change: Any) -> None:
    vectors, rows = change(clusters(4000, 8)), np.arange(4000)
    nearest(vectors[:100], vectors[:100], 7, rows[:100])
    tracemalloc.start()
    try:
        nearest(vectors, vectors, 7, rows, block_distances=2**17)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # all distances in float32 would be 61 MiB
    assert peak < 12 * 2**20


@given(
    length=st.integers(1, 3000), different=st.integers(1, 500), excluded=st.integers(0, 3000), seed=st.integers(0, 99)
)
@settings(max_examples=50, deadline=None)
def test_the_smallest_are_those_of_a_stable_sort(length: int, different: int, excluded: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    values = generator.integers(0, different, length).astype(float)
    values[generator.integers(0, length, excluded)] = np.inf
    for count in (1, 3, 7):
        assert _smallest(values, count).tolist() == np.argsort(values, kind="stable")[:count].tolist()
