from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import Result

from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import RATE, singing, tiny_model, voice

Command = Callable[..., Result]
Answer = Callable[..., Any]
SUNG = (185.0, 200.0)


@pytest.fixture
def concert(here: Path) -> Path:
    """Two files of 4 s, each longer than a clip of 1.5 s, and a collection in which each is clearly somebody's."""
    folder = here / "concert"
    folder.mkdir()
    model, voices = tiny_model(), []
    for number, pitch in enumerate(SUNG):
        soundfile.write(folder / f"{number}.wav", singing(pitch), RATE)
        heard = model.embed(folder / f"{number}.wav")
        voices += [
            voice(f"{number}/{n}", ("Ann", "Ben")[number], *(heard.vector + 0.001 * n), pitch=heard.pitch)
            for n in range(3)
        ]
    away = model.embed(folder / "0.wav").vector
    voices += [
        voice(f"{who}/{n}", f"singer {who}", *(away + np.array([20 + 9 * who, n / 100, 0, 0])), pitch=55)
        for who in range(9)
        for n in range(3)
    ]
    VoiceIndex(model.identity, tuple(voices)).save(here / "choir.npz")
    return folder


def test_files_by_several_singers_are_no_performance(command: Command, answer: Answer, concert: Path) -> None:
    told = answer("similar", concert.name, "--to", "choir.npz", "-q")["verdict"]
    assert (told["answer"], told["singers"]) == ("undecided", [])
    assert told["unlike"] == (
        "these 2 files were heard as takes of one performance, but are by 2 singers at least (0.wav clearly Ann, "
        "1.wav clearly Ben); to ask about each file by itself: similar --each"
    )
    said = command("similar", concert.name, "--to", "choir.npz", "-q")
    assert f"\nundecided\n    {told['unlike']}\n" in said.stdout
    assert said.stderr == ""
    looked = answer("look", concert.name, "--to", "choir.npz", "-o", "concert.svg")
    assert looked["verdict"]["unlike"] == told["unlike"]
    compared = answer("compare", concert.name, concert / "0.wav", "--among", "choir.npz")
    assert [verdict["words"] for verdict in compared["verdicts"]] == ["undecided", "clearly Ann"]


def test_files_of_one_name_are_told_apart_by_their_folders(answer: Answer, concert: Path) -> None:
    for number, singer in enumerate(("a", "b")):
        Path(singer).mkdir()
        (concert / f"{number}.wav").rename(Path(singer) / "ode.wav")
    told = answer("similar", "a", "b", "--to", "choir.npz", "-q")["verdict"]
    assert "(a/ode.wav clearly Ann, b/ode.wav clearly Ben)" in told["unlike"]


def test_takes_of_one_singer_are_heard_together_with_a_hint(command: Command, concert: Path) -> None:
    soundfile.write(concert / "1.wav", 0.5 * singing(SUNG[0]), RATE)
    said = command("similar", concert.name, "--to", "choir.npz", "-q")
    assert "\nundecided\n" not in said.stdout
    assert said.stderr == (
        "singing-style: concert/0.wav and 1 more take: most of these takes could be asked about alone; to ask about "
        "each file by itself: similar --each\n"
    )


def test_short_takes_are_no_reason_for_a_hint(command: Command, concert: Path) -> None:
    for number, pitch in enumerate(SUNG):
        soundfile.write(concert / f"{number}.wav", singing(pitch)[: int(1.2 * RATE)], RATE)
    assert command("similar", concert.name, "--to", "choir.npz", "-q").stderr == ""
