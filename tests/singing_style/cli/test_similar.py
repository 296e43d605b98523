import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from typer.testing import Result

from tests.singing_style.made_up import CALIBRATION, RATE, singing

Command = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture
def index(command: Command, sung_choir: Path) -> str:
    command("index", sung_choir, "-o", "choir.npz", "-q")
    return "choir.npz"


def test_the_nearest_singers_come_first(answer: Answer, command: Command, here: Path, index: str) -> None:
    soundfile.write(here / "new take.wav", singing(183), RATE)  # nearly Ann's ode
    told = answer("similar", "new take.wav", "--to", index)
    distances = [one["distance"] for one in told["similar"]]
    assert distances == sorted(distances)
    assert sorted(one["singer"] for one in told["similar"]) == ["Ann", "Ben Ali", "Zoë"]
    assert told["in_index"] == []
    assert told["calibration"]["pairs"] == 30
    for one in told["similar"]:
        assert one["probability"] == pytest.approx(CALIBRATION.probability(one["distance"]))
        assert all(moment["seconds"] == pytest.approx(64 * 512 / RATE) for moment in one["moments"])
    said = command("similar", "new take.wav", "--to", index, "--top", 1).stdout
    assert said.startswith("new take.wav: 3.")
    assert f" 1  {told['similar'][0]['singer']}  distance {distances[0]:.3f}" in said
    assert "is calibrated on 30 pairs of 4 singers (the made-up choir), at an equal error rate of 10%" in said


def test_a_calibration_that_the_collection_contradicts_is_reported(
    answer: Answer, command: Command, sung_choir: Path, index: str
) -> None:
    """Nobody trained the tiny network: many different singers lie within the threshold of each other."""
    take = sung_choir / "Ann/ode.flac"
    assert answer("similar", take, "--to", index)["calibration_fails"] is True
    said = command("similar", take, "--to", index).stderr
    assert said.startswith("singing-style: the probabilities do not hold here: ")
    assert said.count("\n") == 1


def test_a_prior_moves_the_probability(answer: Answer, here: Path, index: str) -> None:
    soundfile.write(here / "take.wav", singing(183), RATE)
    (even,) = answer("similar", "take.wav", "--to", index, "--top", 1)["similar"]
    (rare,) = answer("similar", "take.wav", "--to", index, "--top", 1, "--prior", 0.01)["similar"]
    odds = [one["probability"] / (1 - one["probability"]) for one in (even, rare)]
    assert odds[1] == pytest.approx(odds[0] / 99)  # 0.01 to 0.99 beforehand, instead of one to one


def test_the_file_itself_is_reported_under_any_name(
    command: Command, answer: Answer, here: Path, sung_choir: Path, index: str
) -> None:
    shutil.copy(sung_choir / "Zoë/air.flac", here / "copy.flac")
    assert answer("similar", "copy.flac", "--to", index)["in_index"] == [{"path": "Zoë/air.flac", "singer": "Zoë"}]
    said = command("similar", "copy.flac", "--to", index).stdout
    assert "this very file is in the index, as Zoë/air.flac by Zoë; left out" in said
    assert "Zoë/ode.flac" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.wav", "--to", "choir.npz"), "none.wav: no such file"),
        (("text.wav", "--to", "choir.npz"), "text.wav: not audio"),
        (("text.wav", "--to", "choir.npz", "--prior", "1"), "--prior 1: a probability strictly between 0 and 1"),
        (("text.wav", "--to", "choir.npz", "--model", "none"), "none: "),
    ],
)
def test_bad_input_is_one_line(command: Command, index: str, arguments: tuple[str, ...], said: str) -> None:
    Path("text.wav").write_text("la la la\n" * 100)
    wrong = command("similar", *arguments, expect=1)
    assert wrong.stderr.startswith(f"singing-style: error: {said}")
    assert wrong.stderr.count("\n") == 1
    assert wrong.stdout == ""
