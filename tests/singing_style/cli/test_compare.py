import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import Result

from pipeline.model.calibration import Calibration
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import CALIBRATION, RATE, singing, tiny_model


def test_distance_probability_and_moments(
    answer: Callable[..., Any], command: Callable[..., Result], sung_choir: Path
) -> None:
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac"
    told = answer("compare", one, other)
    vectors = [tiny_model().embed(path).vector.astype(np.float64) for path in (one, other)]
    assert told["distance"] == pytest.approx(float(np.linalg.norm(vectors[0] - vectors[1])), abs=1e-5)
    assert told["probability"] == pytest.approx(CALIBRATION.probability(told["distance"]))
    assert told["same"] is (told["distance"] <= CALIBRATION.threshold)
    assert [file["file"] for file in told["files"]] == [str(one), str(other)]
    said = command("compare", one, other).stdout.splitlines()
    assert said[2].startswith(f"distance     {told['distance']:.3f} (")
    assert said[3] == f"same singer  {told['probability']:.0%}"
    assert said[4].startswith("most alike   A 0:0")
    assert "is calibrated on 30 pairs of 4 singers" in said[-1]


def test_a_copy_of_the_same_file_is_told(command: Callable[..., Result], sung_choir: Path) -> None:
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac"
    shutil.copy(one, "copy.flac")
    assert "A and B share a file" in command("compare", one, "copy.flac").stderr
    assert "A and B share a file" in command("compare", one, one.parent).stderr
    assert "share a file" not in command("compare", one, other).stderr


def test_a_collection_shows_how_near_its_impostor_pairs_lie(
    answer: Callable[..., Any], command: Callable[..., Result], sung_choir: Path
) -> None:
    command("index", sung_choir, "-o", "choir.npz", "-q")
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac"
    told = answer("compare", one, other, "--among", "choir.npz")
    voices = VoiceIndex.load(Path("choir.npz")).voices
    impostors = [a.performance.distance(b.performance) for a, b in combinations(voices, 2) if a.singer != b.singer]
    assert len(impostors) == 12  # three singers of two songs: 15 pairs less one per singer
    farther = np.mean([distance > told["distance"] for distance in impostors])
    assert told["share_of_impostors_farther"] == pytest.approx(
        farther, abs=1 / 12 + 1e-9
    )  # the pair itself is among them
    assert told["calibration_fails"] is bool(np.mean([d <= CALIBRATION.threshold for d in impostors]) > 0.2)
    said = command("compare", one, other, "--among", "choir.npz").stdout
    assert f"impostors    {told['share_of_impostors_farther']:.0%} of their pairs lie farther apart\n" in said
    assert answer("compare", one, other)["share_of_impostors_farther"] is None


def test_a_model_that_is_not_calibrated_says_so(command: Callable[..., Result], here: Path, sung_choir: Path) -> None:
    replace(tiny_model(), calibration=Calibration.unknown("solos")).save(here / "uncalibrated.safetensors")
    one, other = sung_choir / "Ann/ode.flac", sung_choir / "Zoë/air.flac"
    said = command("compare", one, other, "--prior", "0.25", "--model", "uncalibrated.safetensors").stdout
    assert "same singer  25%\n" in said
    assert "not calibrated, since its corpus (solos) has no pairs to fit on" in said


def test_a_file_is_most_like_itself(answer: Callable[..., Any], sung_choir: Path) -> None:
    told = answer("compare", sung_choir / "Ann/ode.flac", sung_choir / "Ann/ode.flac")
    assert told["distance"] == 0
    assert told["same"] is True
    assert all(moment["one"] == moment["other"] and moment["distance"] == 0 for moment in told["moments"])


def test_too_little_singing_gives_no_probability(command: Callable[..., Result], here: Path, sung_choir: Path) -> None:
    rng = np.random.default_rng(0)
    soundfile.write(here / "noise.wav", 0.1 * rng.standard_normal(4 * RATE), RATE)
    soundfile.write(here / "short.wav", singing(220, 1.2), RATE)
    for name in ("noise.wav", "short.wav"):
        wrong = command("compare", sung_choir / "Ann/ode.flac", name, expect=1)
        assert wrong.stderr.startswith(f"singing-style: error: {name}: too little singing to judge: ")
        assert wrong.stdout == ""
