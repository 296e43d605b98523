"""A model of a light kind does all that one of the paper's kind does: file, vectors, attention, ONNX."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.model.network_encoder import NetworkEncoder
from pipeline.nn.networks.factory import seeded_network
from singing_style.export import export_onnx
from singing_style.hearing import hear
from singing_style.model import StyleModel
from singing_style.portrait import attention_over_time

LIGHT: dict[str, Any] = {
    "kind": "statistics",
    "frames": 32,
    "bins": 16,
    "cepstra": 6,
    "dropout": 0.1,
    "embedding": 4,
    "normalise": True,
}
MOVEMENT: dict[str, Any] = LIGHT | {"kind": "movement", "movements": 5, "frame_rate": 43.0}


BESIDE_MEANS = LIGHT | {"embedding": 6, "means": 2}


@pytest.fixture(params=[LIGHT, MOVEMENT, BESIDE_MEANS], ids=["statistics", "movement", "means"])
def light(request: pytest.FixtureRequest, model: StyleModel) -> StyleModel:
    shape: dict[str, Any] = request.param
    network = seeded_network(shape, np.random.SeedSequence(0), torch.device("cpu")).eval()
    return StyleModel(NetworkEncoder(network), shape, model.listening, model.calibration, model.card)


def test_its_file_gives_the_same_vectors_of_unit_length(light: StyleModel, choir: Path) -> None:
    light.save(choir / "light.safetensors")
    loaded = StyleModel.load(choir / "light.safetensors")
    assert loaded.identity == light.identity
    clips = loaded.embed("ann.wav").clips
    np.testing.assert_allclose(clips, light.embed("ann.wav").clips, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(clips[:, :4], axis=1), 1, rtol=1e-5)


def test_its_attention_follows_the_loudness_of_every_frame(light: StyleModel, choir: Path) -> None:
    heard = hear("ann.wav", light.listening)
    found = attention_over_time(light, heard)
    assert found is not None
    start = int(heard.clip_starts[0])
    level = heard.spectrogram[start : start + 32].astype(np.float64).mean(1)
    inside_one_clip = np.arange(start, int(heard.clip_starts[1]))
    expected = np.exp(level / 20) / np.exp(level / 20).mean()
    np.testing.assert_allclose(found[inside_one_clip], expected[: len(inside_one_clip)], rtol=1e-3)


@pytest.mark.slow
def test_onnx_gives_the_same_vectors(light: StyleModel, choir: Path) -> None:
    pytest.importorskip("onnxruntime")
    clips = hear("ann.wav", light.listening).clips(0, 99, 32).astype(np.float32)
    assert export_onnx(light, choir / "light.onnx", clips) < 1e-5
