import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from typer.testing import Result

from singing_style.voice_index import Voice, VoiceIndex
from tests.singing_style.made_up import RATE, singing, tiny_model, voice

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
        assert one["probability"] is None  # six recordings do not show whether the calibration holds
        assert all(moment["seconds"] == pytest.approx(64 * 512 / RATE) for moment in one["moments"])
    said = command("similar", "new take.wav", "--to", index, "--top", 1).stdout
    assert said.startswith("new take.wav: 3.")
    assert f" 1  {told['similar'][0]['singer']}  distance {distances[0]:.3f}  " in said
    assert said.splitlines()[1] == "undecided"
    assert said.splitlines()[2].startswith(
        "    it takes 19 recordings of 3 singers at about this pitch to tell what is"
    )
    assert "%" not in said
    assert "No probability" not in said  # nobody has asked for one
    said = command("similar", "new take.wav", "--to", index, "--prior", 0.1).stdout
    assert "No probability: too few recordings at this pitch to know whether the model's percentages hold: " in said
    assert said.endswith("; index more.\n")


def test_the_takes_that_answered_are_named(command: Command, answer: Answer, take: Path) -> None:
    """The take lies between two of Zoe's, 3 from the one and 4 from the other, at 2.4 from the line between them."""
    model = tiny_model()
    heard = model.embed(take)
    between = {"soft.wav": (3, 0, 0, 0), "loud, live.wav": (0, 4, 0, 0), "far.wav": (9, 9, 9, 9)}
    zoe = [voice(path, "Zoe", *(heard.vector + np.array(step)), pitch=heard.pitch) for path, step in between.items()]
    VoiceIndex(model.identity, (*zoe, voice("a/1", "Ann", *(heard.vector + 7)))).save(Path("i.npz"))
    said = command("similar", take, "--to", "i.npz").stdout.splitlines()
    assert said[3] == " 1  Zoe  distance 2.400  most like soft.wav; loud, live.wav"
    assert said[5] == " 2  Ann  distance 14.000  most like a/1"
    first, second = answer("similar", take, "--to", "i.npz")["similar"]
    assert first["answered"] == [{"path": "soft.wav", "song": ""}, {"path": "loud, live.wav", "song": ""}]
    assert (first["path"], second["answered"]) == ("soft.wav", [{"path": "a/1", "song": ""}])
    assert (first["distance"], first["distance_to_path"]) == (pytest.approx(2.4, abs=1e-5), pytest.approx(3, abs=1e-5))
    command("similar", take, "--to", "i.npz", "--each", "-o", "t.csv", "-q")
    assert pd.read_csv("t.csv").loc[0, "most_like"] == "soft.wav; loud, live.wav"


@pytest.fixture
def take(here: Path) -> Path:
    soundfile.write(here / "take.wav", singing(185), RATE)
    return Path("take.wav")


def with_the_take(take: Path, distance: float, *, spread: float = 0.01, apart: float = 9.0) -> VoiceIndex:
    """Make up a collection of 12 singers in a row, and of Zoe, all at the take's pitch.

    Parameters
    ----------
    take : Path
    distance : float
        Of Zoe's only recording from the take.
    spread, apart : float
        Distance of a singer's two recordings, and of two singers who are next to each other.
    """
    model = tiny_model()
    heard = model.embed(take)
    places = {
        (who, n): heard.vector + np.array([20 + apart * who, n * spread, 0, 0]) for who in range(12) for n in (0, 1)
    }
    row = [voice(f"{who}/{n}", f"singer {who}", *at, pitch=heard.pitch) for (who, n), at in places.items()]
    near = heard.vector + np.array([distance, 0, 0, 0], np.float32)
    zoe = Voice("z/1", "Zoe", "", ("content of z",), replace(heard, name="z/1", vector=near))
    return VoiceIndex(model.identity, (*row, zoe))


@pytest.mark.slow
def test_the_verdict_comes_first(command: Command, answer: Answer, take: Path) -> None:
    """Singers lie 9 apart, so that strangers come as near as 9 and the second of them as far as 18."""
    with_the_take(take, 0.5, spread=1.0).save(Path("i.npz"))
    said = command("similar", take, "--to", "i.npz", "--top", 2).stdout.splitlines()
    assert said[1] == "clearly Zoe"
    assert said[2].startswith("    Zoe is at 0.500; clear takes less than 9.")
    assert re.fullmatch(r"    singer 0 is 40.0\d times as far; clear takes more than 2.00", said[3])
    assert said[4] == "    each 19 times in 20, going by 25 recordings of 13 singers at about this pitch"
    assert said[5].startswith(" 1  Zoe")
    told = answer("similar", take, "--to", "i.npz")["verdict"]
    assert (told["answer"], told["words"], told["nearest"]) == ("clear", "clearly Zoe", "Zoe")
    assert told["margin"] > told["needed"] == pytest.approx(2, abs=0.01)
    with_the_take(take, -15, spread=1.0).save(Path("i.npz"))
    said = command("similar", take, "--to", "i.npz").stdout.splitlines()
    assert said[1:3] == [  # singer 0, at 20, is not twice as far
        "nobody here",
        "    Zoe is at 15.000, and the recordings of a singer here lie within 1.000 of the others",
    ]


@pytest.mark.slow
def test_a_percentage_is_printed_only_where_the_calibration_is_borne_out(
    command: Command, answer: Answer, take: Path
) -> None:
    """Recordings of one singer are at 0.01, a probability of 0.88; strangers are at 9 or more, or at 0.1."""
    with_the_take(take, 0.5).save(Path("i.npz"))
    said = command("similar", take, "--to", "i.npz", "--top", 1).stdout
    assert " 1  Zoe  distance 0.500  same singer 50%  most like z/1\n" in said
    assert "is calibrated on 30 pairs of 4 singers (the made-up choir), at an equal error rate of 10%" in said
    told = answer("similar", take, "--to", "i.npz", "--top", 1)
    assert told["calibration_holds"] is True
    assert told["similar"][0]["probability"] == pytest.approx(0.5, abs=1e-3)
    with_the_take(take, 0.5, apart=0.1).save(Path("i.npz"))
    said = command("similar", take, "--to", "i.npz", "--top", 1).stdout
    assert "%" not in said
    said = command("similar", take, "--to", "i.npz", "--top", 1, "--prior", 0.5).stdout
    assert "No probability: for the nearest singer in this index it would be off by " in said
    assert answer("similar", take, "--to", "i.npz", "--top", 1)["similar"][0]["probability"] is None


def test_a_prior_moves_the_probability(answer: Answer, take: Path) -> None:
    with_the_take(take, 0.5).save(Path("i.npz"))
    (even,) = answer("similar", take, "--to", "i.npz", "--top", 1)["similar"]
    (rare,) = answer("similar", take, "--to", "i.npz", "--top", 1, "--prior", 0.01)["similar"]
    odds = [one["probability"] / (1 - one["probability"]) for one in (even, rare)]
    assert odds[1] == pytest.approx(odds[0] / 99)  # 0.01 to 0.99 beforehand, instead of one to one


@pytest.mark.slow
def test_each_file_by_itself_is_a_table(command: Command, answer: Answer, take: Path) -> None:
    with_the_take(take, 0.5, spread=1.0).save(Path("i.npz"))
    Path("new/Eve").mkdir(parents=True)
    shutil.copy(take, "new/Eve/a.wav")
    soundfile.write("new/b, c.wav", singing(400), RATE)
    soundfile.write("new/short.wav", singing(220, 1.2), RATE)
    said = command("similar", "new", "--to", "i.npz", "--each", "-o", "t.csv", "-q", expect=3)
    lines = said.stdout.splitlines()
    assert lines[0].split() == ["recording", "verdict", "nearest", "distance", "margin"]
    assert lines[1].split() == ["new/Eve/a.wav", "clearly", "Zoe", "Zoe", "0.500", lines[1].split()[-1]]
    assert lines[2].startswith("new/b, c.wav   undecided ")  # its band is another
    assert lines[3] == "3 recordings: 1 clear, 1 undecided, 1 refused"
    why = (
        "this recording holds up to 3.5 kHz, and 1 of 25 in the index, such as z/1 (up to 11.0 kHz), another band, so "
    )
    assert lines[4].startswith(f"undecided: new/b, c.wav: {why}")
    assert lines[5:] == ["margin: how many times as far the second singer is; what is needed, and why: -o table.csv"]
    assert said.stderr.startswith("singing-style: left out: new/short.wav: too little singing to judge: ")
    table = pd.read_csv("t.csv")
    assert table["answer"].tolist() == ["clear", "undecided", "refused"]
    assert table["recording"].tolist() == ["new/Eve/a.wav", "new/b, c.wav", "new/short.wav"]
    assert table["fault"].isna().tolist() == [True, True, False]
    assert table["because"].tolist()[1].startswith(why)
    assert table["because"].isna().tolist() == [False, False, True]
    assert table["most_like"].tolist()[0] == "z/1"
    assert table["most_like"].isna().tolist() == [False, False, True]
    (first, *_) = answer("similar", "new", "--to", "i.npz", "--each", "-q", expect=3)["verdicts"]
    assert (first["verdict"], first["distance"]) == ("clearly Zoe", pytest.approx(0.5, abs=1e-4))


def test_a_folder_of_singers_is_never_one_performance(command: Command, sung_choir: Path, index: str) -> None:
    wrong = command("similar", sung_choir, "--to", index, expect=1).stderr
    assert "the choir: holds recordings in 3 folders (Ann, Ben Ali, Zoë), so it is not one performance" in wrong
    assert "similar FOLDER --each" in wrong
    said = command("similar", sung_choir, "--to", index, "--each", "-q").stdout
    counts, *reasons = said.splitlines()[7:]
    assert counts == "6 recordings: 6 undecided"
    assert all(reason.startswith(f"undecided: {sung_choir}/") for reason in reasons)
    assert len(reasons) <= 4
    assert all("it takes 19 recordings of 3 singers at about this pitch to tell what is" in one for one in reasons)


def test_the_file_itself_is_reported_under_any_name(
    command: Command, answer: Answer, here: Path, sung_choir: Path, index: str
) -> None:
    shutil.copy(sung_choir / "Zoë/air.flac", here / "copy.flac")
    assert answer("similar", "copy.flac", "--to", index)["in_index"] == [{"path": "Zoë/air.flac", "singer": "Zoë"}]
    said = command("similar", "copy.flac", "--to", index).stdout
    assert "this very file is in the index, as Zoë/air.flac by Zoë; left out" in said
    assert "Zoë/ode.flac" in said
    assert "cannot be the answer" not in said
    both = command("similar", "copy.flac", sung_choir / "Zoë/ode.flac", "--to", index).stdout
    assert "nothing else of Zoë is in the index, so Zoë cannot be the answer\n" in both


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.wav", "--to", "choir.npz"), "none.wav: no such file"),
        (("text.wav", "--to", "choir.npz"), "text.wav: a text file, where a recording is needed"),
        (("text.wav", "--to", "text.wav"), "text.wav: a text file, where an index is needed"),
        (("text.wav", "--to", "choir.npz", "-o", "t.csv"), "t.csv: --output writes the table of --each"),
        (("text.wav", "--to", "choir.npz", "--each", "-o", "t.txt"), "t.txt: the table is written as CSV"),
        (("text.wav", "--to", "choir.npz", "--join"), "--join: needs --each"),
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
