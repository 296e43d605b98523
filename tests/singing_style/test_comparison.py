import math

import pytest

from singing_style.comparison import Moment, compare, most_alike
from tests.singing_style.made_up import CALIBRATION, performance

HERE = performance("here", [[0, 0], [0, 0]], [0, 4])


@pytest.mark.parametrize(
    ("distance", "prior", "probability", "same"),
    [
        (0.5, None, 0.5, True),
        (0.5, 0.2, 0.2, True),
        (1.0, None, 1 / (1 + math.exp(2)), False),
        (0.0, None, 1 / (1 + math.exp(-2)), True),
    ],
)
def test_probability_follows_from_distance_and_prior(
    distance: float, prior: float | None, probability: float, same: bool
) -> None:
    there = performance("there", [[distance, 0]], [0])
    found = compare(HERE, there, CALIBRATION, prior=prior)
    assert found.distance == distance
    assert found.probability == pytest.approx(probability, abs=1e-6)
    assert found.prior == (prior or 0.5)
    assert found.same is same
    assert len(found.moments) == 1


def test_the_distance_is_that_of_the_means() -> None:
    one, other = performance("one", [[0], [4]], [0, 4]), performance("other", [[2], [2.25]], [0, 4])
    found = compare(one, other, CALIBRATION, moments=5)
    assert found.distance == pytest.approx(0.125)
    assert [moment.distance for moment in found.moments] == [1.75, 2.0]


ONE = performance("one", [[0], [1], [5]], [0, 2, 4])
# Distances: 4 and 1.5; 3 and 0.5; 1 and 3.5.
OTHER = performance("other", [[4], [1.5]], [0, 3])


def test_the_closest_come_first_and_none_overlap() -> None:
    assert most_alike(ONE, OTHER) == [Moment(2.0, 3.0, 2.0, 0.5), Moment(4.0, 0.0, 2.0, 1.0)]


def test_no_more_than_asked_for() -> None:
    assert most_alike(ONE, OTHER, 1) == [Moment(2.0, 3.0, 2.0, 0.5)]


def test_overlapping_clips_count_once() -> None:
    overlapping = performance("overlapping", [[1.5], [1.4], [9]], [0, 1, 1.9])
    assert most_alike(overlapping, OTHER) == [Moment(0.0, 3.0, 2.0, 0.0)]
