import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from typer.testing import Result

from tests.singing_style.made_up import RATE, singing

INDEX = "singing-style index 'my choir' -o NEW.npz"

Command = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture
def choir(here: Path, sung_choir: Path) -> Path:
    return Path(shutil.copytree(sung_choir, here / "my choir"))


@pytest.fixture
def new_take(here: Path) -> Path:
    soundfile.write(here / "new.wav", singing(183), RATE)
    return Path("new.wav")


def test_a_folder_answers_as_its_index_does(command: Command, answer: Answer, choir: Path, new_take: Path) -> None:
    command("index", choir.name, "-o", "choir.npz", "-q")
    of_index = answer("similar", new_take, "--to", "choir.npz")
    assert answer("similar", new_take, "--to", choir.name, "-q") == of_index
    assert of_index["similar"][0]["singer"] == "Ann"
    one = choir / "Zoë/air.flac"
    assert answer("compare", new_take, one, "--among", choir.name, "-q") == answer(
        "compare", new_take, one, "--among", "choir.npz"
    )
    drawn = answer("look", new_take, "--to", choir.name, "-o", "take.svg")
    assert drawn["verdict"] == of_index["verdict"]


def test_the_line_that_keeps_what_was_heard_works_as_typed(command: Command, choir: Path, new_take: Path) -> None:
    said = command("similar", new_take, "--to", choir.name, "-q").stderr.splitlines()
    assert said[-1] == f"singing-style: 6 recordings heard for this one time; to keep what was heard: {INDEX}"
    command(*shlex.split(INDEX)[1:], "-q")


def test_what_is_left_out_of_a_folder_is_named(command: Command, answer: Answer, choir: Path, new_take: Path) -> None:
    (choir / "Zoë/notes.flac").write_text("la la la\n")
    soundfile.write(choir / "Zoë/short.flac", singing(200)[:RATE], RATE)
    said = command("similar", new_take, "--to", choir.name, "-q", expect=3).stderr
    assert "left out: Zoë/notes.flac: a text file, where a recording is needed" in said
    assert "left out: Zoë/short.flac: " in said
    assert f"\nsinging-style: to hear takes of one performance together: {INDEX} --join\n" in said
    assert "6 recordings heard for this one time" in said
    told = answer("similar", new_take, "--to", choir.name, "-q", expect=3)
    assert sorted(told["left_out"]) == ["Zoë/notes.flac", "Zoë/short.flac"]
    told = answer("similar", new_take, "--to", choir.name, "--each", "-q", expect=3)
    assert sorted(told["left_out"]) == ["Zoë/notes.flac", "Zoë/short.flac"]
    command("compare", new_take, choir / "Zoë/air.flac", "--among", choir.name, "-q", expect=3)
    command("look", new_take, "--to", choir.name, "-o", "take.svg", expect=3)


def test_the_line_names_the_model_that_heard(command: Command, choir: Path, new_take: Path, model_file: Path) -> None:
    shutil.copy(model_file, "my model.safetensors")
    said = command("similar", new_take, "--to", choir.name, "--model", "my model.safetensors", "-q").stderr
    assert said.endswith(f"to keep what was heard: {INDEX} --model 'my model.safetensors'\n")


def test_the_question_is_checked_before_a_folder_is_heard(command: Command, choir: Path) -> None:
    wrong = command("similar", "none.wav", "--to", choir.name, expect=1)
    assert wrong.stderr.startswith("singing-style: error: none.wav: no such file")
    assert "heard" not in wrong.stderr


def test_a_folder_without_singers_is_told(command: Command, here: Path, new_take: Path) -> None:
    (here / "flat").mkdir()
    shutil.copy(new_take, here / "flat")
    wrong = command("similar", new_take, "--to", "flat", expect=1)
    assert wrong.stderr.startswith("singing-style: error: flat: 'new.wav' is in no singer's folder; ")
    assert wrong.stderr.count("\n") == 1


def test_of_a_folder_without_singers_every_command_names_what_it_can_take(command: Command, here: Path) -> None:
    """Only commands that have the option are told to use it."""
    for name in ("ann_air.wav", "ann_ode.wav", "ben_air.wav", "ben_ode.wav"):
        (here / "flat").mkdir(exist_ok=True)
        (here / "flat" / name).touch()
    option = "--singer-from '(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav'\n"
    for asked in (("index", "flat", "-o", "i.npz"), ("validate", "flat"), ("calibrate", "flat", "-o", "m.safetensors")):
        assert command(*asked, expect=1).stderr.endswith(f": these names look like SINGER_SONG: add {option}"[2:])
    for question in (("similar", "x.wav", "--to", "flat"), ("look", "x.wav", "-o", "x.png", "--to", "flat")):
        told = command(*question, expect=1).stderr
        assert told.endswith(f"make an index first: singing-style index flat -o flat.npz {option}")
