from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import BadInputError
from singing_style import calibrate
from singing_style.calibration import check_roster
from singing_style.model import StyleModel
from singing_style.roster import Roster
from singing_style.voice_index import VoiceIndex
from tests.singing_style.calibration.made_up import choir
from tests.singing_style.made_up import tiny_model


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


def known(model: StyleModel, singers: int = 10, **how: int) -> VoiceIndex:
    return replace(choir(singers, np.random.default_rng(0), **how), model=model.identity)


def test_a_calibrated_model_is_the_same_network_and_says_whose_recordings_it_holds_for(
    model: StyleModel, tmp_path: Path
) -> None:
    index = known(model)
    done = calibrate(model, index, "my choir", strangers=0.1)
    done.model.save(tmp_path / "mine.safetensors")
    read = StyleModel.load(tmp_path / "mine.safetensors")
    assert read.identity == model.identity
    assert read.calibrated_anew
    assert not model.calibrated_anew
    assert (read.calibration.corpus, read.calibration.singers, read.calibration.strangers) == ("my choir", 10, 0.1)
    assert read.calibration.unseen_error == done.held_out.after.calibration_error
    said = read.card["recalibration"]
    assert (said["recordings_of"], said["recordings"], said["singers"]) == ("my choir", 40, 10)
    assert said["unseen_singers"] == done.held_out.figures()
    assert said["former"]["threshold"] == model.calibration.threshold
    index.check_model(read.identity, Path("i.npz"))
    assert calibrate(model, index, "my choir", strangers=0.1).model.calibration == done.model.calibration


@pytest.mark.slow
def test_it_gains_on_a_calibration_of_other_recordings(model: StyleModel) -> None:
    """The made-up calibration has even odds at 0.5, where hardly two recordings of one singer are as near."""
    done = calibrate(model, known(model, 20))
    assert done.held_out.gain.low > 0
    assert done.held_out.after.log_loss < np.log(2) < done.held_out.before.log_loss
    # a singer's takes are 0.4 sqrt(2 * 4) apart, strangers sqrt(2 * 1.16 * 4), by and large
    assert 1.13 < done.model.calibration.threshold < 3.05


@pytest.mark.parametrize(
    ("singers", "how", "said"),
    [
        (1, {}, "^mine: 0 of 1 singer can be used, and 8 are needed to measure errors on singers not in the fit; each"),
        (7, {}, "^mine: 7 of 7 singers can be used, and 8 are needed"),
        (9, {"takes": 1}, "^mine: 0 of 9 singers can be used, and 8 are needed"),
        (9, {"registers": 9}, "^mine: 0 of 9 singers can be used"),
    ],
)
def test_too_few_singers_are_counted_in_one_line(
    model: StyleModel, singers: int, how: dict[str, int], said: str
) -> None:
    with pytest.raises(BadInputError, match=said) as fault:
        calibrate(model, known(model, singers, **how), "mine")
    assert "\n" not in str(fault.value)


def test_a_rate_that_the_singers_cannot_show_is_refused(model: StyleModel) -> None:
    """Without two of 8 singers there are 6, and 15 pairs of them: one pair is 6.7 %."""
    index = known(model, 8)
    with pytest.raises(BadInputError, match="a share of 0.05 takes 20 pairs of .*, and there are 15; it takes 9"):
        calibrate(model, index, strangers=0.05)
    assert calibrate(model, index, strangers=0.067).model.calibration.threshold > 0
    for rate in (0.0, -0.1, 0.6, float("nan")):
        with pytest.raises(BadInputError, match="a share above 0 and at most 0.5 is required"):
            calibrate(model, index, strangers=rate)


def test_an_index_of_another_model_is_refused(model: StyleModel) -> None:
    with pytest.raises(BadInputError, match="^mine: embedded with another model"):
        calibrate(model, choir(9, np.random.default_rng(0)), "mine")


def test_a_recording_under_two_singers_is_left_out_and_named(model: StyleModel) -> None:
    index = known(model)
    copy = replace(index.voices[0], path="9/copy", singer=index.voices[-1].singer)
    done = calibrate(model, replace(index, voices=(*index.voices, copy)))
    assert sorted(done.left_out) == ["0/0", "9/copy"]
    assert done.recordings == 39


def test_recordings_that_are_all_alike_give_no_more_than_a_guess(model: StyleModel) -> None:
    index = known(model)
    nowhere = np.zeros(4, np.float32)
    voices = tuple(replace(one, performance=replace(one.performance, vector=nowhere)) for one in index.voices)
    done = calibrate(model, replace(index, voices=voices), strangers=0.1)
    assert done.held_out.after.log_loss == pytest.approx(np.log(2), abs=1e-3)
    assert done.held_out.false_alarms.value <= 1


@pytest.mark.parametrize(
    ("songs", "fits"), [(["x", "y"], True), (["x", "x"], False), (["", ""], True), (["x", ""], True)]
)
def test_a_roster_is_checked_before_anything_is_heard(songs: list[str], fits: bool) -> None:
    rows = [(f"{who}/{n}.wav", f"singer {who}", song) for who in range(8) for n, song in enumerate(songs)]
    roster = Roster(Path("t.csv"), Path(), pd.DataFrame(rows, columns=["path", "singer", "song"]))
    if fits:
        check_roster(roster, "t")
        check_roster(replace(roster, table=roster.table.drop(columns="song")), "t")
        return
    with pytest.raises(BadInputError, match="^t: 0 of 8 singers can be used, and 8 are needed"):
        check_roster(roster, "t")


@pytest.mark.parametrize(
    ("singers", "share", "said"),
    [
        # without two of 8 singers there are 6, and 15 pairs; of 4 men and 4 women, 6 pairs and 1 are left
        (
            8,
            0.066,
            "takes 9 singers .*, or 12 of .*, and there are 8; add singers, or ask for 0.067 or more .0.143 for",
        ),
        (8, 0.067, ""),
        # of 9 singers 21 pairs are left, of 10 28, and of 5 and 5 10 and 3; 34 are 36 of 11, and of 8 and 8 28 and 15
        (9, 0.05, ""),
        (
            10,
            0.03,
            "takes 11 singers .*, or 16 of .*, and there are 10; add singers, or ask for 0.036 or more .0.077 f",
        ),
    ],
)
def test_a_share_is_checked_before_anything_is_heard(singers: int, share: float, said: str) -> None:
    rows = [(f"{who}/{n}.wav", f"singer {who}") for who in range(singers) for n in range(2)]
    roster = Roster(Path("t.csv"), Path(), pd.DataFrame(rows, columns=["path", "singer"]))
    if not said:
        check_roster(roster, "t", share)
        return
    with pytest.raises(BadInputError, match=f"^t: --strangers {share:g} {said}"):
        check_roster(roster, "t", share)
