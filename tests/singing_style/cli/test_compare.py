from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import Result

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
    assert "rests on 30 pairs of 4 singers" in said[-1]


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
