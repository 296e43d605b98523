import numpy as np

from pipeline.analysis.collection import Collection
from pipeline.page.view import describe_view, sample_rows, see


def collection(songs: list[str]) -> Collection:
    names = np.array([f"r{number}" for number in range(len(songs))])
    vectors = np.arange(len(songs), dtype=np.float32)[:, None] ** 2
    return Collection(vectors, names, names, np.array(songs), np.zeros(len(songs), np.int32))


def test_with_one_song_other_performances_are_neighbours() -> None:
    seen = see(collection(["x"] * 3), np.random.default_rng(0), perplexity=30, neighbours=2)
    np.testing.assert_array_equal(seen.neighbours, [[1, 2], [0, 2], [1, 0]])


def test_with_several_songs_only_other_songs_are() -> None:
    seen = see(collection(["x", "x", "y"]), np.random.default_rng(0), perplexity=30, neighbours=2)
    np.testing.assert_array_equal(seen.neighbours, [[2, -1], [2, -1], [1, 0]])


def test_a_view_is_written_with_places_and_without_a_map_for_three_points() -> None:
    rows = collection(["x", "x", "y"])
    seen = see(rows, np.random.default_rng(0), perplexity=30, neighbours=2)
    view = describe_view(rows, ["r2", "r1", "r0"], {"embedding": seen, "baseline": seen})
    assert view["recording"] == [2, 1, 0]
    assert view["embedding"] == {"x": None, "y": None, "neighbours": [[2], [2], [1, 0]]}


def test_five_points_have_a_map() -> None:
    seen = see(collection(["x", "y", "x", "y", "x"]), np.random.default_rng(0), perplexity=30, neighbours=2)
    assert seen.layout is not None
    assert seen.layout.shape == (5, 2)


def test_samples_are_ordered_without_repetition() -> None:
    np.testing.assert_array_equal(sample_rows(5, 5, np.random.default_rng(0)), np.arange(5))
    drawn = sample_rows(100, 10, np.random.default_rng(0))
    assert len(drawn) == 10
    assert (np.diff(drawn) > 0).all()
