import pytest

from singing_style import cohort as module
from singing_style.cohort import Cohort
from tests.singing_style.made_up import CALIBRATION, index_of, voice

# Ann and Ben are 1 and 0.75 apart, Ann and Cleo 3 and 2.75, Ben and Cleo 2.
CHOIR = index_of(
    voice("a/1", "Ann", 0),
    voice("a/2", "Ann", 0.25),
    voice("b/1", "Ben", 1),
    voice("c/1", "Cleo", 3),
)


def of_choir() -> Cohort:
    found = Cohort.of(CHOIR)
    assert found
    return found


def test_only_pairs_of_different_singers_are_impostor_pairs() -> None:
    assert of_choir().distances.tolist() == [0.75, 1, 2, 2.75, 3]


@pytest.mark.parametrize(("distance", "share"), [(0.5, 1), (0.75, 0.8), (2.5, 0.4), (3, 0)])
def test_shares_of_pairs_farther_apart(distance: float, share: float) -> None:
    assert of_choir().share_farther(distance) == pytest.approx(share)


def test_a_calibration_that_accepts_too_many_impostor_pairs_is_contradicted() -> None:
    """With an equal error rate of a tenth, up to a fifth of the impostor pairs may be accepted."""
    assert of_choir().share_accepted(CALIBRATION) == 0
    assert not of_choir().contradicts(CALIBRATION)
    wider = CALIBRATION.model_copy(update={"threshold": 0.75})
    assert of_choir().share_accepted(wider) == pytest.approx(0.2)
    assert not of_choir().contradicts(wider.model_copy(update={"equal_error_rate": 0.11}))
    assert of_choir().contradicts(wider.model_copy(update={"equal_error_rate": 0.05}))


def test_a_single_singer_has_no_impostor_pairs() -> None:
    assert Cohort.of(index_of(*CHOIR.voices[:2])) is None
    assert Cohort.of(index_of(CHOIR.voices[0])) is None


def test_a_large_index_is_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    assert of_choir().distances.tolist() == [1]  # the first and the third
