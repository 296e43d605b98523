from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from singing_style import span as module
from singing_style.span import NearestPoints, nearest_points
from tests.singing_style.made_up import distance_to_span


def found(queries: Sequence[Sequence[float]], places: Sequence[Sequence[float]]) -> NearestPoints:
    vectors = np.array(places, float)
    return nearest_points(cdist(np.array(queries, float), vectors, "sqeuclidean"), vectors)


def test_between_two_performances_the_line_is_nearer_than_either() -> None:
    """From (0, 0) to (4, 0): above the line, nearer to one end or the other, and beyond either end."""
    points = found([(1, 2), (3, 2), (2, 1), (-3, 4), (7, 4)], [(0, 0), (4, 0)])
    assert points.distances.tolist() == pytest.approx([2, 2, 1, 5, 5])
    assert points.one.tolist() == [0, 1, 0, 0, 1]
    assert points.other.tolist() == [1, 0, 1, 0, 1]


def test_a_single_performance_is_a_point() -> None:
    points = found([(3, 4), (0, 0)], [(0, 0)])
    assert (points.distances.tolist(), points.one.tolist(), points.other.tolist()) == ([5, 0], [0, 0], [0, 0])


def test_the_same_performance_twice_is_no_line() -> None:
    points = found([(3, 4)], [(0, 0), (0, 0)])
    assert (points.distances.tolist(), points.one.tolist(), points.other.tolist()) == ([5], [0], [0])


def test_what_may_not_be_compared_is_neither_point_nor_end_of_a_line() -> None:
    vectors = np.array([(0, 0), (4, 0), (0, 9)], float)
    squared = np.array([[np.inf, 8.0, 53.0], [np.inf, np.inf, 49.0], [np.inf, np.inf, np.inf]])  # of (2, 2) and (0, 2)
    points = nearest_points(squared, vectors)
    assert points.distances[0] == pytest.approx(distance_to_span((2, 2), [(4, 0), (0, 9)]))
    assert points.distances[1:].tolist() == [7, np.inf]


PLACES = st.lists(st.tuples(*[st.integers(-9, 9)] * 3), min_size=1, max_size=12)


@given(queries=PLACES, places=PLACES)
def test_distances_are_those_by_projection_on_every_line(
    queries: list[tuple[float, ...]], places: list[tuple[float, ...]]
) -> None:
    points = found(queries, places)
    assert points.distances == pytest.approx([distance_to_span(at, places) for at in queries], abs=1e-6)
    for at, distance, one, other in zip(queries, points.distances, points.one, points.other, strict=True):
        assert distance == pytest.approx(distance_to_span(at, [places[one], places[other]]), abs=1e-6)
        assert np.linalg.norm(np.subtract(at, places[one])) <= np.linalg.norm(np.subtract(at, places[other]))


@given(places=PLACES, more=st.tuples(*[st.integers(-9, 9)] * 3))
def test_another_performance_never_takes_a_singer_farther_away(
    places: list[tuple[float, ...]], more: tuple[float, ...]
) -> None:
    before = found([(0, 0, 0)], places[:11]).distances[0]
    assert found([(0, 0, 0)], [*places[:11], more]).distances[0] <= before + 1e-9


def test_of_many_performances_the_nearest_are_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRED", 2)
    points = found([(0, 1)], [(-9, 0), (2, 0), (3, 0)])
    assert points.distances.tolist() == pytest.approx([5**0.5])  # with all three the line at 1 below would be nearest


def test_many_queries_are_answered_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = [(float(number), 1.0) for number in range(7)]
    places = [(0.0, 0.0), (6.0, 0.0), (3.0, 5.0)]
    whole = found(queries, places)
    monkeypatch.setattr(module, "ROWS", 3)
    parts = found(queries, places)
    for name in ("distances", "one", "other"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
