import tracemalloc
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.metrics import average_precision_score

from pipeline.analysis.retrieval import random_retrieval, retrieve


def test_by_hand() -> None:
    # row 0 (a) meets b a a: (1/2 + 2/3) / 2; row 1 (b) meets no b; row 2 (a) meets a b a or so
    found = retrieve(np.array([[0.0], [1.0], [3.0], [4.5]]), np.array(list("abaa")))
    assert found.average_precision == pytest.approx([7 / 12, np.nan, (1 + 2 / 3) / 2, (1 + 2 / 3) / 2], nan_ok=True)
    assert found.first_rank == pytest.approx([2, np.nan, 1, 1], nan_ok=True)


def test_excluded_performances_do_not_rank() -> None:
    # row 0 (a, x): row 1 is excluded, so that row 2 (a) comes first
    vectors = np.array([[0.0], [1.0], [3.0], [4.5]])
    found = retrieve(vectors, np.array(list("abab")), excluded=np.array(list("xxyy")))
    assert found.first_rank.tolist() == [1, 2, 2, 1]
    assert found.average_precision.tolist() == [1, 0.5, 0.5, 1]


def test_equal_distances_go_to_the_lower_row() -> None:
    found = retrieve(np.zeros((3, 2)), np.array(list("aba")))
    assert found.first_rank == pytest.approx([2, np.nan, 1], nan_ok=True)


def test_agrees_with_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    singer, song = np.repeat(np.arange(8), 6), np.tile(np.arange(6), 8)
    vectors = generator.normal(size=(8, 3))[singer] + generator.normal(size=(48, 3))
    found = retrieve(vectors, singer, song, block_distances=100)
    for row in range(48):
        others = np.flatnonzero(song != song[row])
        distance = np.linalg.norm(vectors[others] - vectors[row], axis=1)
        expected = average_precision_score(singer[others] == singer[row], -distance)
        assert found.average_precision[row] == pytest.approx(expected)
        ranked = singer[others][np.argsort(distance)].tolist()
        assert found.first_rank[row] == 1 + ranked.index(singer[row])


@given(block=st.integers(1, 300), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_blocks_do_not_change_the_result(block: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).integers(0, 3, (16, 2)).astype(np.float32)
    singer, song = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    whole, blocked = (retrieve(vectors, singer, song, block_distances=size) for size in (10**6, block))
    assert np.array_equal(whole.average_precision, blocked.average_precision)
    assert np.array_equal(whole.first_rank, blocked.first_rank)


@pytest.mark.slow
@given(
    different=st.sampled_from([2, 30, 10**6]),
    classes=st.sampled_from([2, 20, 90]),
    offset=st.sampled_from([0.0, 1e7]),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_large_and_small_classes_equal_and_hardly_different_distances(
    different: int, classes: int, offset: float, seed: int
) -> None:
    draws = np.random.default_rng(seed)
    vectors = offset + draws.integers(0, different, (150, 2)) / different
    labels, songs = draws.integers(0, classes, 150), draws.integers(0, 5, 150)
    found = retrieve(vectors, labels, songs, block_distances=3000)
    distances = cdist(vectors, vectors, "sqeuclidean")
    for row in range(150):
        others = np.flatnonzero(songs != songs[row])
        ranked = labels[others[np.argsort(distances[row, others], kind="stable")]]
        ranks = [rank for rank, label in enumerate(ranked.tolist(), start=1) if label == labels[row]]
        precisions = [number / rank for number, rank in enumerate(ranks, start=1)]
        assert found.average_precision[row] == pytest.approx(np.mean(precisions) if ranks else np.nan, nan_ok=True)
        assert found.first_rank[row] == pytest.approx(ranks[0] if ranks else np.nan, nan_ok=True)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_square() -> None:
    draws = np.random.default_rng(0)
    singer, vectors = np.arange(3000) // 5, draws.normal(size=(3000, 8)).astype(np.float32)
    retrieve(vectors[:100], singer[:100])
    tracemalloc.start()
    try:
        retrieve(vectors, singer, block_distances=2**16)
        random_retrieval(singer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # all distances would be 69 MiB
    assert peak < 6 * 2**20


@pytest.mark.parametrize("labels", ["aab", "aaabb", "aabbcc", "aaaa", "aabbbb"])
def test_chance_is_the_mean_over_all_orders(labels: str) -> None:
    expected = random_retrieval(np.array(list(labels)))
    for row, label in enumerate(labels):
        precision, first = [], []
        for order in permutations(labels[:row] + labels[row + 1 :]):
            ranks = [rank for rank, other in enumerate(order, start=1) if other == label]
            if ranks:
                precision.append(np.mean([found / rank for found, rank in enumerate(ranks, start=1)]))
                first.append(ranks[0])
        if first:
            assert expected.average_precision[row] == pytest.approx(np.mean(precision))
            assert expected.first_rank[row] == pytest.approx(np.mean(first))
        else:
            assert np.isnan(expected.average_precision[row])
            assert np.isnan(expected.first_rank[row])


def test_chance_with_excluded_performances() -> None:
    # each meets the two of the other song, one of them of its class: ranks 1 and 2 alike
    expected = random_retrieval(np.array(list("abab")), excluded=np.array(list("xxyy")))
    assert expected.average_precision.tolist() == [0.75] * 4
    assert expected.first_rank.tolist() == [1.5] * 4
