import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis.normalised_rank import normalised_ranks


def test_by_hand() -> None:
    # Ann at 0 and 3, Ben at 1, 2 and 9, on a line: from Ann's 0, two of Ben's three come before her 3
    vectors = np.array([[0.0], [3.0], [1.0], [2.0], [9.0]])
    singers = np.array(["Ann", "Ann", "Ben", "Ben", "Ben"])
    asked = normalised_ranks(vectors, np.array([0, 1, 2]), np.array([1, 0, 4]), singers)
    # from Ann's 3, Ben's 2 and 1 come before her 0; from Ben's 1, Ann's 0 and 3 before his 9
    assert asked == pytest.approx([2 / 4, 2 / 4, 2 / 3])


def test_equal_distances_count_half_and_the_nearest_is_first() -> None:
    vectors = np.array([[0.0], [1.0], [1.0], [-1.0], [5.0]])
    singers = np.array([0, 0, 1, 1, 1])
    assert normalised_ranks(vectors, np.array([0]), np.array([1]), singers) == pytest.approx([1 / 4])
    assert normalised_ranks(vectors[[0, 1, 4]], np.array([0]), np.array([1]), singers[[0, 1, 4]]) == [0]


def test_without_another_singer_there_is_no_rank() -> None:
    assert np.isnan(normalised_ranks(np.eye(2), np.array([0]), np.array([1]), np.array(["Ann", "Ann"]))).all()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=25),
    st.randoms(use_true_random=False),
    st.sampled_from([1, 7, 10**6]),
)
@settings(max_examples=60, deadline=None)
def test_agrees_with_a_plain_sort(rows: list[tuple[int, int, int]], random: object, block: int) -> None:
    """Whatever the block: rank the answer among the others by sorting them all, as the paper's evaluation does."""
    singers, vectors = np.array([row[0] for row in rows]), np.array([row[1:] for row in rows], float)
    pairs = [(a, b) for a in range(len(rows)) for b in range(len(rows)) if a != b and singers[a] == singers[b]]
    if not pairs:
        return
    query, answer = map(np.array, zip(*pairs, strict=True))
    found = normalised_ranks(vectors, query, answer, singers, block)
    for place, (one, other) in enumerate(pairs):
        others = [row for row in range(len(rows)) if singers[row] != singers[one]]
        away = [float(((vectors[row] - vectors[one]) ** 2).sum()) for row in [other, *others]]
        first = sorted(range(len(away)), key=lambda row: (away[row], row != 0)).index(0)
        last = sorted(range(len(away)), key=lambda row: (away[row], row == 0)).index(0)
        expected = (first + last) / 2 / len(away) if others else np.nan
        assert found[place] == pytest.approx(expected, nan_ok=True)
