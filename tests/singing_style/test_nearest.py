import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from singing_style.nearest import nearest

WHOLE = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12)


def vectors(points: list[tuple[int, int]]) -> NDArray[np.float32]:
    return np.array(points, np.float32)


@pytest.mark.parametrize("faiss_from", [0, 100])
@given(points=WHOLE, queries=WHOLE, data=st.data())
def test_neighbours_are_those_of_a_plain_sort(
    faiss_from: int, points: list[tuple[int, int]], queries: list[tuple[int, int]], data: st.DataObject
) -> None:
    if faiss_from == 0:
        pytest.importorskip("faiss")
    count = data.draw(st.integers(1, len(points)))
    distances, rows = nearest(vectors(points), vectors(queries), count, faiss_from=faiss_from)
    for query, found, own_rows in zip(queries, distances, rows, strict=True):
        ranked = sorted((math.dist(query, point), row) for row, point in enumerate(points))[:count]
        assert list(own_rows) == [row for _, row in ranked]
        np.testing.assert_allclose(found, [distance for distance, _ in ranked], rtol=1e-12)


def test_faiss_finds_the_same_among_many() -> None:
    pytest.importorskip("faiss")
    rng = np.random.default_rng(5)
    many = rng.standard_normal((20_000, 16)).astype(np.float32)
    queries = rng.standard_normal((3, 16)).astype(np.float32)
    exact, preselected = (nearest(many, queries, 10, faiss_from=least) for least in (10**6, 1))
    np.testing.assert_array_equal(exact[1], preselected[1])
    np.testing.assert_array_equal(exact[0], preselected[0])
