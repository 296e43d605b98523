from typing import Any

from pipeline.model.calibration import Calibration
from pipeline.model.card import compose_card, recalibrate_card, write_card
from pipeline.model.listening import Listening

PARTS: dict[str, dict[str, Any]] = {
    "parameters": {"train": {"margin": 1.0, "pairs": 32}},
    "training": {"epochs": 300},
    "metrics": {"knn": {"singer": {"k01": 0.79}}},
    "versions": {"torch": "2.13.0"},
}


def test_the_card_says_all_for_people(listening: Listening, calibration: Calibration) -> None:
    card = compose_card(corpora=["demo"], **PARTS)
    text = write_card(card, listening, calibration, "0123abcd")
    for said in (
        "| train.margin | 1 |",
        "| epochs | 300 |",
        "| knn.singer.k01 | 0.79 |",
        "| torch | 2.13.0 |",
        "| feature | mel |",
        "| slope | 4 |",
        "`0123abcd`",
        "Licence of the weights: Apache-2.0.",
        *card["limits"],
    ):
        assert said in text


def test_weights_learned_from_others_recordings_are_not_ours_to_license() -> None:
    demo, real = compose_card(corpora=["demo"], **PARTS), compose_card(corpora=["ravdess-song"], **PARTS)
    assert demo["licence"] == "Apache-2.0"
    assert real["licence"].startswith("the terms of the corpus ravdess-song decide")
    assert "synthetic" in demo["limits"][0]
    assert not any("synthetic" in limit for limit in real["limits"])


def test_of_several_corpora_those_of_others_decide() -> None:
    card = compose_card(corpora=["demo", "ravdess-song", "vocalset"], **PARTS)
    assert card["corpus"] == "demo, ravdess-song, vocalset"
    assert card["licence"].startswith("the terms of the corpora ravdess-song, vocalset decide")
    assert not any("synthetic" in limit for limit in card["limits"])


def test_a_card_of_a_new_calibration_says_so_and_drops_what_was_measured_of_the_former(
    listening: Listening, calibration: Calibration
) -> None:
    parts = PARTS | {"metrics": PARTS["metrics"] | {"calibration": {"log_loss": 0.125}}}
    new = calibration.model_copy(update={"corpus": "my choir", "singers": 9, "strangers": 0.05})
    card = recalibrate_card(compose_card(corpora=["demo"], **parts), new, calibration, 27, {"misses": {"value": 0.31}})
    text = write_card(card, listening, new, "0123abcd")
    for said in (
        "## Calibrated anew, judged on singers not in the fit",
        "| recordings_of | my choir |",
        "| recordings | 27 |",
        "| unseen_singers.misses.value | 0.31 |",
        "| former.corpus | tones |",
        "| strangers | 0.05 |",
        "| knn.singer.k01 | 0.79 |",
    ):
        assert said in text
    assert "0.125" not in text
    assert "neither its distances nor its probabilities were calibrated" not in text
    assert "Its probabilities were calibrated on other recordings" in text
    again = recalibrate_card(card, calibration, new, 5, {})
    assert again["limits"] == card["limits"]
    assert again["recalibration"]["former"]["corpus"] == "my choir"
