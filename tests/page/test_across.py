import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.page.across import NOBODY, nearest_across


def test_neighbours_sing_other_songs_and_each_performance_comes_once() -> None:
    vectors = np.array([[0.0], [1.0], [1.5], [2.0], [9.0]], np.float32)
    performance = np.array(["a", "b", "c", "c", "d"])
    song = np.array(["x", "x", "y", "y", "z"])
    found = nearest_across(vectors, performance, song, 3)
    np.testing.assert_array_equal(found[0], [2, 4, NOBODY])  # not 1: same song; not 3: c again
    np.testing.assert_array_equal(found[4], [3, 1, 0])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 25), st.integers(0, 10_000))
def test_against_a_plain_search(rows: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.integers(0, 4, (rows, 2)).astype(np.float32)  # many equal distances
    performance = random.integers(0, 6, rows)
    song = performance % 3
    found = nearest_across(vectors, performance, song, 4)
    for row in range(rows):
        ranked = sorted(range(rows), key=lambda other: (((vectors[other] - vectors[row]) ** 2).sum(), other))
        expected: list[int] = []
        for other in ranked:
            if song[other] != song[row] and performance[other] not in performance[expected]:
                expected.append(other)
        assert [one for one in found[row] if one != NOBODY] == expected[:4]
