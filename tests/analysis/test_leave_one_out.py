import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.leave_one_out import allowed_others, count_others, distance_blocks, encode


def test_classes_are_numbered_by_name() -> None:
    assert encode(np.array(["b", "a", "b", "ä"])).tolist() == [1, 0, 1, 2]


def test_no_performance_is_its_own_neighbour_nor_that_of_an_excluded_one() -> None:
    assert allowed_others(1, 4, None).tolist() == [0, 2, 3]
    assert allowed_others(1, 4, np.array(list("xyyx"))).tolist() == [0, 3]


@pytest.mark.slow
@given(queries=st.integers(1, 9), vectors=st.integers(1, 9), block=st.integers(1, 40))
def test_blocks_together_are_all_squared_distances(queries: int, vectors: int, block: int) -> None:
    generator = np.random.default_rng([queries, vectors])
    one, two = (generator.normal(size=(rows, 3)).astype(np.float32) for rows in (queries, vectors))
    found = list(distance_blocks(one, two, block))
    assert [first for first, _ in found] == list(np.cumsum([0, *(len(rows) for _, rows in found)])[:-1])
    assert all(rows.size <= max(block, vectors) for _, rows in found)
    expected = [[sum((a - b) ** 2) for b in two.astype(float)] for a in one.astype(float)]
    assert np.concatenate([rows for _, rows in found]) == pytest.approx(np.array(expected))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=20))
def test_others_are_counted_as_they_are_listed(rows: list[tuple[int, int]]) -> None:
    labels, groups = np.array(rows).T
    for excluded in (None, groups):
        others, own = count_others(labels, excluded)
        listed = [allowed_others(row, len(labels), excluded) for row in range(len(labels))]
        assert others.tolist() == [len(some) for some in listed]
        assert own.tolist() == [
            np.count_nonzero(labels[some] == label) for some, label in zip(listed, labels, strict=True)
        ]
