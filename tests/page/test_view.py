import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from pipeline.analysis.collection import Collection
from pipeline.analysis.projection import project
from pipeline.page.view import NOBODY, describe_view, nearest_across, sample_rows, view_vectors


def collection(songs: list[str]) -> Collection:
    names = np.array([f"r{number}" for number in range(len(songs))])
    vectors = np.arange(len(songs), dtype=np.float32)[:, None] ** 2
    return Collection(vectors, names, names, np.array(songs), np.zeros(len(songs), np.int32))


def test_with_one_song_other_performances_are_neighbours() -> None:
    viewed = view_vectors(collection(["x"] * 3), np.random.default_rng(0), perplexity=30, neighbours=2)
    np.testing.assert_array_equal(viewed.neighbours, [[1, 2], [0, 2], [1, 0]])


def test_with_several_songs_only_other_songs_are() -> None:
    viewed = view_vectors(collection(["x", "x", "y"]), np.random.default_rng(0), perplexity=30, neighbours=2)
    np.testing.assert_array_equal(viewed.neighbours, [[2, -1], [2, -1], [1, 0]])


def test_a_view_is_written_with_places_distances_and_a_plane_for_three_points() -> None:
    rows = collection(["x", "x", "y"])  # at 0, 1 and 4
    viewed = view_vectors(rows, np.random.default_rng(0), perplexity=30, neighbours=2)
    view = describe_view(rows, ["r2", "r1", "r0"], {"embedding": viewed})
    assert view["recording"] == [2, 1, 0]
    assert view["embedding"]["neighbours"] == [[2], [2], [1, 0]]
    assert view["embedding"]["distances"] == [[4], [3], [3, 4]]
    assert view["embedding"]["method"] == "PCA"
    assert view["embedding"]["x"] == [-1.667, -0.667, 2.333]  # less the mean, 5/3
    assert view["embedding"]["y"] == [0, 0, 0]
    assert view["vectors"]["width"] == 1


@pytest.mark.parametrize(("points", "method"), [(11, "PCA"), (12, "t-SNE")])
def test_few_points_are_projected_and_more_have_a_map(points: int, method: str) -> None:
    songs = ["x", "y"] * 6
    viewed = view_vectors(collection(songs[:points]), np.random.default_rng(0), perplexity=30, neighbours=2)
    assert viewed.method == method
    assert viewed.layout.shape == (points, 2)


@pytest.mark.parametrize(("singers", "turned"), [(14, True), (15, False)])
def test_the_tsne_of_few_singers_is_turned_with_its_largest_spread_across(singers: int, turned: bool) -> None:
    vectors = np.random.default_rng(1).normal(size=(30, 5)).astype(np.float32)
    names, by = (np.array([f"{row % most}" for row in range(30)]) for most in (30, singers))
    rows = Collection(vectors, names, by, np.array(["x", "y"] * 15), np.zeros(30, np.int32))
    layout = view_vectors(rows, np.random.default_rng(0), perplexity=5, neighbours=1).layout
    before = project(vectors, 5, np.random.default_rng(0))
    np.testing.assert_allclose(pdist(layout), pdist(before), rtol=1e-4)
    across, up = layout.var(axis=0)
    is_turned = across > up and abs(np.cov(layout.T)[0, 1]) < 1e-6 * across
    assert is_turned == turned
    assert turned or np.array_equal(layout, before)


def test_samples_are_ordered_without_repetition() -> None:
    np.testing.assert_array_equal(sample_rows(5, 5, np.random.default_rng(0)), np.arange(5))
    drawn = sample_rows(100, 10, np.random.default_rng(0))
    assert len(drawn) == 10
    assert (np.diff(drawn) > 0).all()


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
