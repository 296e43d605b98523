import pytest

from singing_style import cohort as module
from singing_style.cohort import Cohort
from tests.singing_style.made_up import CALIBRATION, index_of, voice

CHOIR = index_of(
    voice("a/1", "Ann", 0),
    voice("a/2", "Ann", 0.25),
    voice("b/1", "Ben", 1),
    voice("c/1", "Cleo", 3),
)
"""Ann and Ben are 1 and 0.75 apart, Ann and Cleo 3 and 2.75, Ben and Cleo 2."""


def of_choir() -> Cohort:
    found = Cohort.of(CHOIR)
    assert found
    return found


def test_only_different_singers_are_strangers() -> None:
    assert of_choir().distances.tolist() == [0.75, 1, 2, 2.75, 3]


@pytest.mark.parametrize(("distance", "share"), [(0.5, 1), (0.75, 0.8), (2.5, 0.4), (3, 0)])
def test_shares_of_pairs_farther_apart(distance: float, share: float) -> None:
    assert of_choir().farther(distance) == pytest.approx(share)


def test_a_calibration_that_takes_strangers_for_one_is_belied() -> None:
    """One that misjudges a tenth where it was fitted (threshold 0.5) may misjudge a fifth, and no more."""
    assert of_choir().mistaken(CALIBRATION) == 0
    assert not of_choir().belie(CALIBRATION)
    wider = CALIBRATION.model_copy(update={"threshold": 0.75})
    assert of_choir().mistaken(wider) == pytest.approx(0.2)
    assert not of_choir().belie(wider.model_copy(update={"equal_error_rate": 0.11}))
    assert of_choir().belie(wider.model_copy(update={"equal_error_rate": 0.05}))


def test_one_singer_alone_has_no_strangers() -> None:
    assert Cohort.of(index_of(*CHOIR.voices[:2])) is None
    assert Cohort.of(index_of(CHOIR.voices[0])) is None


def test_of_many_performances_some_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    assert of_choir().distances.tolist() == [1]  # the first and the third
