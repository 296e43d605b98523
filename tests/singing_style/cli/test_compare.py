import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from typer.testing import Result

from pipeline.model.calibration import Calibration
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import CALIBRATION, RATE, singing, tiny_model, voice


@pytest.mark.slow
def test_distance_probability_and_moments(
    answer: Callable[..., Any], command: Callable[..., Result], sung_choir: Path
) -> None:
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Ben Ali/air.flac"
    told = answer("compare", one, other)
    vectors = [tiny_model().embed(path).vector.astype(np.float64) for path in (one, other)]
    assert told["distance"] == pytest.approx(float(np.linalg.norm(vectors[0] - vectors[1])), abs=1e-5)
    assert told["probability"] is told["same"] is told["calibration_holds"] is None  # no index shows whether they hold
    assert [file["file"] for file in told["files"]] == [str(one), str(other)]
    said = command("compare", one, other).stdout.splitlines()
    assert said[2] == f"distance     {told['distance']:.3f}"
    assert said[3].startswith("most alike   A 0:0")
    assert said[-1].startswith("No probability: it takes an index (--among), or a model calibrated on such")


@pytest.mark.slow
def test_a_copy_of_the_same_file_is_told(command: Callable[..., Result], sung_choir: Path) -> None:
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac"
    shutil.copy(one, "copy.flac")
    assert "A and B share a file" in command("compare", one, "copy.flac").stderr
    assert "A and B share a file" in command("compare", one, one.parent).stderr
    assert not command("compare", one, other).stderr
    samples, rate = soundfile.read(one, dtype="int16")
    soundfile.write("copy.wav", samples, rate)
    assert "A and B sound identical" in command("compare", one, "copy.wav").stderr


@pytest.mark.slow
def test_a_collection_shows_how_near_its_impostor_pairs_lie(
    answer: Callable[..., Any], command: Callable[..., Result], sung_choir: Path
) -> None:
    command("index", sung_choir, "-o", "choir.npz", "-q")
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Ben Ali/air.flac"
    told = answer("compare", one, other, "--among", "choir.npz")
    voices = VoiceIndex.load(Path("choir.npz")).voices
    impostors = [a.performance.distance(b.performance) for a, b in combinations(voices, 2) if a.singer != b.singer]
    assert len(impostors) == 12  # three singers of two songs: 15 pairs less one per singer
    farther = np.mean([distance > told["distance"] for distance in impostors])
    assert told["share_of_impostors_farther"] == pytest.approx(
        farther, abs=1 / 12 + 1e-9
    )  # the pair itself is among them
    assert told["calibration_holds"] is False  # three pairs of one singer do not show it
    said = command("compare", one, other, "--among", "choir.npz").stdout
    pairs = "of their pairs in the index lie farther apart\n"
    assert f"\ntwo singers  {told['share_of_impostors_farther']:.0%} {pairs}one singer   " in said
    own = [a.performance.distance(b.performance) for a, b in combinations(voices, 2) if a.singer == b.singer]
    assert told["share_of_one_singers_pairs_farther"] == np.mean([distance > told["distance"] for distance in own])
    assert f"one singer   {told['share_of_one_singers_pairs_farther']:.0%} {pairs}" in said
    assert told["in_index_as"] == ["Ann", "Ben Ali"]
    assert (
        "\nA, alone     undecided: it takes 19 recordings of 3 singers at about this pitch to tell what is clear"
        in said
    )
    assert "; the index has it as Ann's, which does not count here\nB, alone     undecided: it takes" in said
    assert "No probability: too few pairs to know whether the model's percentages hold: it takes 19 of one " in said
    assert ", and the index has 3 and " in said
    assert said.endswith("; index more.\n")
    assert answer("compare", one, other)["share_of_impostors_farther"] is None
    assert not command("compare", one, other, "--among", "choir.npz").stderr
    longer = [replace(voice, performance=replace(voice.performance, voiced_seconds=100.0)) for voice in voices]
    VoiceIndex(tiny_model().identity, tuple(longer)).save(Path("long.npz"))
    for letter, line in zip(
        "AB", command("compare", one, other, "--among", "long.npz").stderr.splitlines(), strict=True
    ):
        assert line.startswith(
            f"singing-style: {letter} holds 3 s of singing and those of the index 100 s, so it lies "
        )


def test_where_the_index_bears_the_calibration_out_there_is_a_probability(
    answer: Callable[..., Any], command: Callable[..., Result], here: Path, sung_choir: Path
) -> None:
    """Recordings of one singer lie at 0, a probability of 0.88, and those of two at 9 and more."""
    made = [voice(f"{who}/{n}", f"singer {who}", 9.0 * who, 0, 0, 0) for who in range(19) for n in (0, 1)]
    VoiceIndex(tiny_model().identity, tuple(made)).save(here / "made.npz")
    asked = (sung_choir / "Ann/ode.flac", sung_choir / "Ben Ali/air.flac", "--among", "made.npz", "--prior", "0.25")
    told = answer("compare", *asked)
    assert told["calibration_holds"] is True
    assert told["probability"] == pytest.approx(CALIBRATION.probability(told["distance"], 0.25))
    assert told["same"] is (told["distance"] <= CALIBRATION.threshold)
    said = command("compare", *asked).stdout
    assert f"distance     {told['distance']:.3f} (" in said
    assert f"same singer  {told['probability']:.0%}\n" in said
    assert "a prior of 0.25, and is calibrated on 30 pairs of 4 singers" in said


@pytest.mark.slow
def test_two_who_sing_at_different_pitches_have_no_probability_and_no_impostors(
    answer: Callable[..., Any], command: Callable[..., Result], here: Path, sung_choir: Path
) -> None:
    """180 and 275 Hz are seven semitones apart."""
    made = [voice(f"{who}/{n}", f"singer {who}", 9.0 * who, 0, 0, 0) for who in range(19) for n in (0, 1)]
    VoiceIndex(tiny_model().identity, tuple(made)).save(here / "made.npz")
    asked = (sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac")
    for among in ((), ("--among", "made.npz")):
        told = answer("compare", *asked, *among)
        assert told["share_of_impostors_farther"] is told["probability"] is told["same"] is None
        said = command("compare", *asked, *among).stdout
        assert re.search(r"No probability: A is sung at about \d+ Hz and B at about \d+ Hz, and only where ", said)
        assert "two singers" not in said


def test_a_model_that_is_not_calibrated_says_so(command: Callable[..., Result], here: Path, sung_choir: Path) -> None:
    replace(tiny_model(), calibration=Calibration.unknown("solos")).save(here / "uncalibrated.safetensors")
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac"
    said = command("compare", one, other, "--model", "uncalibrated.safetensors").stdout
    assert "same singer" not in said
    assert said.endswith("No probability: the model's corpus (solos) has no pairs to calibrate on.\n")


@pytest.mark.slow
def test_a_folder_is_compared_all_against_all(
    answer: Callable[..., Any], command: Callable[..., Result], here: Path, sung_choir: Path
) -> None:
    shutil.copytree(sung_choir, here / "choir")
    (here / "choir/Ann/text.wav").write_text("la la la")
    said = command("compare", "choir", "-o", "t.csv", "-q", expect=3)
    assert said.stderr.startswith("singing-style: left out: choir/Ann/text.wav: ")
    table = pd.read_csv("t.csv")
    assert list(table) == ["one", "other", "distance", "unlike"]
    assert table["unlike"].isna().all()
    assert len(table) == 15  # six recordings
    assert table["distance"].is_monotonic_increasing
    model = tiny_model()
    for row in (0, 7, 14):
        one, other = (model.embed(str(table.loc[row, name])) for name in ("one", "other"))
        assert table["distance"][row] == pytest.approx(one.distance(other), abs=1e-5)
    lines = said.stdout.splitlines()
    assert lines[0].split() == ["distance", "one", "other"]
    assert lines[1].split()[0] == f"{table['distance'][0]:.3f}"
    assert lines[-1] == "15 pairs of 6 recordings"
    told = answer("compare", "choir", "-q", expect=3)
    assert len(told["pairs"]) == 15
    assert list(told["failed"]) == ["choir/Ann/text.wav"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("one.wav",), "one.wav: not a folder; name a second recording"),
        (("folder",), "folder: 1 of 1 recording can be used, but two are needed"),
        (("folder", "--among", "choir.npz"), "choir.npz: --among is for two recordings"),
        (("folder", "one.wav", "-o", "t.csv"), "t.csv: --output writes the table of a single folder"),
        (("folder", "one.wav", "--join"), "--join: is for a single folder"),
        (("folder", "-o", "t.xls"), "t.xls: the table is written as CSV"),
    ],
)
def test_what_does_not_go_together(command: Callable[..., Result], here: Path, arguments: list[str], said: str) -> None:
    (here / "folder").mkdir()
    soundfile.write(here / "folder/a.wav", singing(220), RATE)
    assert command("compare", *arguments, "-q", expect=1).stderr.startswith(f"singing-style: error: {said}")


def test_a_file_is_most_like_itself(answer: Callable[..., Any], sung_choir: Path) -> None:
    told = answer("compare", sung_choir / "Ann/ode.flac", sung_choir / "Ann/ode.flac")
    assert told["distance"] == 0
    assert all(moment["one"] == moment["other"] and moment["distance"] == 0 for moment in told["moments"])


def test_too_little_singing_gives_no_probability(command: Callable[..., Result], here: Path, sung_choir: Path) -> None:
    rng = np.random.default_rng(0)
    soundfile.write(here / "noise.wav", 0.1 * rng.standard_normal(4 * RATE), RATE)
    soundfile.write(here / "short.wav", singing(220, 1.2), RATE)
    for name in ("noise.wav", "short.wav"):
        wrong = command("compare", sung_choir / "Ann/ode.flac", name, expect=1)
        assert wrong.stderr.startswith(f"singing-style: error: {name}: too little singing to judge: ")
        assert wrong.stdout == ""


def test_a_pitch_that_is_not_known_is_told(
    command: Callable[..., Result], sung_choir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("singing_style.hearing.median_pitch", lambda *_: float("nan"))
    said = command("compare", sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac").stdout
    assert "No probability: the pitch of A and B is not known, and only where two are sung " in said
