from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis.ceiling import ceiling


def classify(ranked: list[str], k: int) -> str | None:
    """Vote as the paper's classifier does: the majority of the k nearest, a tie to the nearest among the tied."""
    voters = ranked[:k]
    most = max((voters.count(name) for name in voters), default=0)
    return next((name for name in voters if voters.count(name) == most), None)


def test_twenty_singers_of_four_songs_can_all_be_found() -> None:
    singer, song = np.repeat(np.arange(20), 4), np.tile(np.arange(4), 20)
    assert ceiling(singer, [1, 3, 5, 7], song) == {1: 1, 3: 1, 5: 1, 7: 1}


def test_two_singers_of_four_songs_lose_the_vote_of_seven() -> None:
    # three others by the same singer, four by the other one: 3 to 4; of six votes 3 to 3 goes to the nearest
    singer = np.repeat(["a", "b"], 4)
    assert ceiling(singer, [1, 5, 6, 7, 50]) == {1: 1, 5: 1, 6: 1, 7: 0, 50: 0}


def test_without_neighbours_of_the_own_class_nothing_can_be_right() -> None:
    assert ceiling(np.array(list("aab")), [1]) == pytest.approx({1: 2 / 3})
    assert ceiling(np.array(list("aabb")), [1, 3], np.array(list("xxyy"))) == {1: 0, 3: 0}
    assert ceiling(np.array(["a"]), [1]) == {1: 0}


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=1, max_size=6),
    k=st.integers(1, 6),
    use_bar=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_agrees_with_every_order_of_neighbours(rows: list[tuple[str, int]], k: int, use_bar: bool) -> None:
    labels, barred = zip(*rows, strict=True)
    winnable = 0
    for row, label in enumerate(labels):
        met = [n for n in range(len(rows)) if n != row and not (use_bar and barred[n] == barred[row])]
        winnable += any(classify([labels[n] for n in order], k) == label for order in permutations(met))
    found = ceiling(np.array(labels), [k], np.array(barred) if use_bar else None)
    assert found[k] == pytest.approx(winnable / len(rows))
