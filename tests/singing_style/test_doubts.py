"""Singers stand in a row, so that one number says how far two recordings lie apart."""

import pytest

from pipeline.model.calibration import Calibration
from singing_style.cohort import Cohort
from singing_style.doubts import doubt_nearest, doubt_pair
from singing_style.rehearsal import rehearse
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import CALIBRATION, index_of, voice


def row(apart: float, singers: int = 12, takes: int = 2, spread: float = 0.01) -> VoiceIndex:
    """Make singers so far apart, and their takes."""
    return index_of(
        *(
            voice(f"{who}/{take}", f"singer {who}", apart * who, spread * take)
            for who in range(singers)
            for take in range(takes)
        )
    )


def nearest(index: VoiceIndex, calibration: Calibration = CALIBRATION) -> str:
    return doubt_nearest(rehearse(index).at(60), calibration, index)


def pair(index: VoiceIndex, calibration: Calibration = CALIBRATION) -> str:
    return doubt_pair(Cohort.of(index), calibration, index)


def test_where_it_holds_there_is_no_doubt() -> None:
    """A singer's takes lie at 0.01, a probability of 0.88, and strangers at 9 or more."""
    assert nearest(row(9.0)) == pair(row(9.0, takes=4)) == ""


@pytest.mark.parametrize(("singers", "judging"), [(9, 18), (3, 6), (1, 0)])
def test_of_too_few_recordings_more_are_to_be_indexed(singers: int, judging: int) -> None:
    assert nearest(row(9.0, singers)) == (
        "too few recordings at this pitch to know whether the model's percentages hold: it takes 19, each beside "
        f"others of its singer and of another, and the index has {judging}; index more"
    )


def test_of_too_few_pairs_more_are_to_be_indexed() -> None:
    """Nine singers of two takes have nine pairs of one singer, and 36 of two with four pairs each."""
    said = "of one singer's recordings at about one pitch, and 19 of two singers', and the index has {}; index more"
    assert pair(row(9.0, 9)).endswith(said.format("9 and 144"))
    assert pair(row(9.0, 1)).endswith(said.format("0 and 0"))


def test_calibrating_is_advised_where_it_helps() -> None:
    """A singer's takes lie at 0.01 and strangers at 0.3 or more, where the model still says 69 %."""
    index = row(0.3, takes=4)
    for said in (nearest(index), pair(index)):
        assert said.endswith(" points on average; `singing-style calibrate` fits one that holds here")


def test_calibrating_is_not_advised_where_singers_are_too_few_for_it() -> None:
    """Seven singers of three takes; it takes eight."""
    index = row(0.3, singers=7, takes=3)
    assert "calibrate" not in nearest(index)
    assert nearest(index).endswith(" on average; go by the verdict")
    assert pair(index).endswith(" points on average; go by how many pairs of two singers lie farther apart")


def test_calibrating_is_not_advised_where_the_nearest_stranger_is_as_near_as_the_singer() -> None:
    """A singer's takes lie at 0.3 and the nearest strangers at 0.3, though most at more: pairs can be told apart."""
    index = row(0.3, singers=30, spread=0.3)
    assert nearest(index).endswith(
        "on average; go by the verdict; for two recordings, `singing-style compare` "
        "gives a probability after `singing-style calibrate`"
    )
    assert pair(index).endswith(" points on average; `singing-style calibrate` fits one that holds here")


def test_where_pairs_bear_it_out_two_recordings_are_to_be_compared() -> None:
    """The model says 92 % of a singer's takes, at 0.3, where the nearest stranger is as near, and most lie farther."""
    steep = CALIBRATION.model_copy(update={"bias": 10.0, "slope": 25.0})
    said = nearest(row(0.3, singers=30, spread=0.3), steep)
    assert said.endswith("go by the verdict; for two recordings, `singing-style compare --among` gives a probability")


def test_a_calibration_on_nothing_is_none() -> None:
    unknown = Calibration.unknown("solos")
    assert nearest(row(9.0), unknown) == pair(row(9.0), unknown) == "the model's calibration rests on nothing"
