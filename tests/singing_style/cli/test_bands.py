"""Recordings of a narrow band, as by telephone: said by every command, and no verdict or probability between two."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from typer.testing import Result

from tests.audio.test_band import through, voice
from tests.singing_style.made_up import RATE

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture
def choir(here: Path) -> Path:
    """Write Ann and Ben as recorded, and Zoë by telephone."""
    for singer, hertz in (("Ann", 180.0), ("Ben", 190.0), ("Zoe", 200.0)):
        folder = here / "choir" / singer
        folder.mkdir(parents=True)
        for take in range(2):
            sung = voice(hertz + 5 * take)
            telephone = through(sung, 300.0, 3400.0)
            soundfile.write(folder / f"{take}.wav", telephone if singer == "Zoe" else sung, RATE)
    return here / "choir"


def test_compare_says_a_narrow_band_and_gives_no_probability_between_two(
    command: Command, answer: Answer, choir: Path
) -> None:
    ann, ben, zoe = (choir / singer / "0.wav" for singer in ("Ann", "Ben", "Zoe"))
    said = command("compare", ann, zoe).stdout.splitlines()
    assert re.search(r"s sung of [\d.]+ s$", said[0])
    assert re.search(r"s sung of [\d.]+ s, only 0\.2\d to 3\.[45] kHz$", said[1])
    assert said[-1].startswith("No probability: their bands differ, and with them their sound, whoever sings")
    told = answer("compare", ann, zoe)
    assert told["unlike"].startswith("their bands differ")
    assert told["probability"] is told["same"] is None
    assert told["files"][0]["band"] == [0, 11025]
    assert told["files"][1]["band"] == [pytest.approx(270, abs=60), pytest.approx(3400, rel=0.1)]
    assert answer("compare", ann, ben)["unlike"] == ""
    assert answer("compare", zoe, choir / "Zoe/1.wav")["unlike"] == ""


def test_a_folder_of_two_bands_is_told(command: Command, choir: Path) -> None:
    said = command("compare", choir, "-o", "t.csv", "-q")
    assert "2 of 6 recordings hold another band than up to 11.0 kHz, such as " in said.stderr
    assert "/Zoe/0.wav (0.2" in said.stderr
    table = pd.read_csv("t.csv")
    crossing = table["one"].str.contains("Zoe") != table["other"].str.contains("Zoe")
    assert (table["unlike"].notna() == crossing).all()


def test_index_and_similar_say_it_and_give_no_verdict(command: Command, answer: Answer, choir: Path) -> None:
    said = command("index", choir, "-o", "i.npz", "-q")
    assert "2 of 6 recordings hold another band than up to 11.0 kHz, such as Zoe/0.wav" in said.stderr
    soundfile.write("query.wav", through(voice(185.0), 300.0, 3400.0), RATE)
    (choir / "Zoe/0.wav").unlink()
    (choir / "Zoe/1.wav").unlink()
    command("index", choir, "-o", "wide.npz", "-q")
    told = answer("similar", "query.wav", "--to", "wide.npz")
    assert told["verdict"]["answer"] == "undecided"
    assert "and 4 of 4 in the index, such as " in told["verdict"]["unlike"]
    assert all(one["unlike"] and one["probability"] is None for one in told["similar"])
    assert told["calibration_holds"] is False
    said = command("similar", "query.wav", "--to", "wide.npz")
    assert "\nundecided\n    this recording holds 0.2" in said.stdout
    each = command("similar", "query.wav", "--to", "wide.npz", "--each", "-o", "t.csv", "-q")
    assert "1 undecided" in each.stdout
    assert pd.read_csv("t.csv")["unlike"][0].startswith("this recording holds")


def test_validate_says_it(answer: Answer, choir: Path) -> None:
    told = answer("validate", choir, "-q")
    (warning,) = [one for one in told["findings"] if one["subject"] == "bands"]
    assert warning["recordings"] == ["Zoe/0.wav", "Zoe/1.wav"]
    assert {one["highest_hz"] for one in told["recordings"] if one["singer"] != "Zoe"} == {11025}


def test_what_is_odd_about_a_recording_is_told(command: Command, choir: Path) -> None:
    """Wires crossed in one, a click in the other, and a third that is declared at five times its rate."""
    sung = voice(200.0)
    soundfile.write("crossed.wav", np.stack([sung, -0.97 * np.roll(sung, 1)], axis=1), RATE)
    softly = 1e-3 * sung
    softly[RATE] = 0.9
    soundfile.write("click.wav", softly, RATE, subtype="FLOAT")
    soundfile.write("fast.wav", voice(1500.0), RATE)
    said = command("compare", "crossed.wav", "click.wav").stderr
    assert "crossed.wav: its channels cancel each other out, as with crossed wires; 1 is heard alone" in said
    assert re.search("click.wav: a click of up to [67][0-9] dB above the singing bridged", said)
    assert (
        "fast.wav: half of it lies above 1500 Hz, higher than anybody sings"
        in command("look", "fast.wav", "-o", "f.png").stderr
    )
    command("index", choir, "-o", "i.npz", "-q")
    assert "crossed.wav: its channels cancel" in command("similar", "crossed.wav", "--to", "i.npz").stderr
    Path("asked").mkdir()
    for name in ("crossed.wav", "click.wav"):
        Path(name).rename(Path("asked", name))
    for words in (
        ["similar", "asked", "--each", "--to", "i.npz"],
        ["compare", "asked"],
        ["embed", "asked", "-o", "v.csv"],
    ):
        said = command(*words, "-q").stderr
        assert "asked/crossed.wav: its channels cancel each other out" in said
        assert "asked/click.wav: a click of up to" in said
