"""Resemblyzer's network with weights of our own, and, where its package is installed, with those that it carries."""

import math
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.studies.anchors.encoder import Samples
from pipeline.studies.anchors.resemblyzer import (
    BANDS,
    HOP,
    RATE,
    WINDOW,
    Resemblyzer,
    find,
    window_starts,
    windows_of,
)

needs_package = pytest.mark.skipif(
    not (find_spec("resemblyzer") and find_spec("_webrtcvad")), reason="the extra anchors is not installed"
)


def tone(hertz: float, seconds: float = 3.0) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    vibrato = 0.1 * np.sin(2 * np.pi * 5 * times)
    harmonics = [0.1 / k * np.sin(k * (2 * np.pi * hertz * times + vibrato)) for k in range(1, 20)]
    return np.asarray(np.sum(harmonics, axis=0), np.float32)


@pytest.mark.parametrize(
    ("seconds", "starts"),
    [
        (0.5, [0]),
        # A second window begins after 0.77 s; it would be filled to three quarters at 0.77 + 1.2 s = 1.97 s.
        (1.96, [0]),
        (1.98, [0, 77]),
        (2.8, [0, 77, 154]),
    ],
)
def test_windows_by_hand(seconds: float, starts: list[int]) -> None:
    assert window_starts(round(seconds * RATE)) == starts


def test_a_window_is_the_power_in_each_band_and_no_logarithm() -> None:
    """Twice the amplitude is four times the power, and a short recording is followed by silence."""
    sound = tone(220, 0.5)
    (one,), (other,) = windows_of(sound), windows_of(2 * sound)
    assert one.shape == (WINDOW, BANDS)
    np.testing.assert_allclose(other, 4 * one, rtol=1e-4)
    assert not one[math.ceil(len(sound) / HOP) + 3 :].any()


def test_a_file_that_is_not_the_encoder_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "pretrained.pt"
    torch.save({"model_state": {"linear.weight": torch.zeros(2, 2)}}, path)
    with pytest.raises(BadInputError, match="not Resemblyzer's weights .*install it anew"):
        Resemblyzer(path)
    path.write_bytes(b"nothing")
    with pytest.raises(BadInputError, match="not Resemblyzer's weights"):
        Resemblyzer(path)


def test_what_could_run_is_refused_in_weights(tmp_path: Path) -> None:
    torch.save({"model_state": Path("a")}, tmp_path / "pretrained.pt")
    with pytest.raises(BadInputError, match="not Resemblyzer's weights"):
        Resemblyzer(tmp_path / "pretrained.pt")


@needs_package
def test_a_vector_does_not_depend_on_loudness_below_the_target_and_tells_voices_apart() -> None:
    encoder = Resemblyzer(find()[0])
    quiet, quieter, other = (encoder.embed(one) for one in (0.02 * tone(220), 0.01 * tone(220), 0.02 * tone(500)))
    assert np.linalg.norm(quiet) == pytest.approx(1, abs=1e-6)
    assert quiet @ quieter > 0.999
    assert quiet @ other < 0.95


@needs_package
def test_what_is_no_voice_is_refused() -> None:
    with pytest.raises(BadRecordingError, match="hears no voice"):
        Resemblyzer(find()[0]).embed(np.zeros(RATE, np.float32) + np.float32(1e-6))
