import numpy as np
import pytest

from singing_style import cohort as module
from singing_style.cohort import Cohort
from singing_style.rehearsal import FEWEST
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


def test_men_and_women_are_no_pairs() -> None:
    low = index_of(*CHOIR.voices, voice("d", "Dora", 0.5, pitch=72))
    found = Cohort.of(low)
    assert found
    assert found.distances.tolist() == of_choir().distances.tolist()
    assert Cohort.of(index_of(CHOIR.voices[0], low.voices[-1])) is None


def test_the_threshold_accepts_a_share_of_the_impostor_pairs() -> None:
    assert of_choir().share_accepted(CALIBRATION) == 0
    assert of_choir().share_accepted(CALIBRATION.model_copy(update={"threshold": 0.75})) == pytest.approx(0.2)


def test_a_calibration_is_borne_out_where_its_probabilities_are_right() -> None:
    """Between pairs of one singer and impostor pairs, at distances of 0 (a probability of 0.88) and 9 (0)."""
    near, far = np.zeros(FEWEST), np.full(FEWEST, 9.0)
    assert Cohort(far, near).bears_out(CALIBRATION)  # off by 0.5 x 0.12
    assert not Cohort(near, far).bears_out(CALIBRATION)
    assert not Cohort(near, near).bears_out(CALIBRATION)  # 0.88 where a half is right
    assert Cohort(np.full(900, 9.0), near).bears_out(CALIBRATION)  # both kinds weigh the same
    assert not Cohort(far[1:], near).bears_out(CALIBRATION)
    assert not Cohort(far, near[1:]).bears_out(CALIBRATION)
    assert not Cohort(far, near).bears_out(CALIBRATION.model_copy(update={"pairs": 0}))


def test_a_single_singer_has_no_impostor_pairs() -> None:
    assert Cohort.of(index_of(*CHOIR.voices[:2])) is None
    assert Cohort.of(index_of(CHOIR.voices[0])) is None


def test_a_large_index_is_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    found = Cohort.of(index_of(*CHOIR.voices))
    assert found
    assert found.distances.tolist() == [1]  # the first and the third
