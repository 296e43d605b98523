from singing_style.moments import Moment, most_alike
from tests.singing_style.made_up import performance

ONE = performance("one", [[0], [1], [5]], [0, 2, 4])
OTHER = performance("other", [[4], [1.5]], [0, 3])
"""Distances: 4 and 1.5; 3 and 0.5; 1 and 3.5."""


def test_the_closest_come_first_and_none_overlap() -> None:
    assert most_alike(ONE, OTHER) == [Moment(2.0, 3.0, 2.0, 0.5), Moment(4.0, 0.0, 2.0, 1.0)]


def test_no_more_than_asked_for() -> None:
    assert most_alike(ONE, OTHER, 1) == [Moment(2.0, 3.0, 2.0, 0.5)]


def test_overlapping_clips_count_once() -> None:
    overlapping = performance("overlapping", [[1.5], [1.4], [9]], [0, 1, 1.9])
    assert most_alike(overlapping, OTHER) == [Moment(0.0, 3.0, 2.0, 0.0)]
