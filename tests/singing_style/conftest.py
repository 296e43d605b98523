"""What tests of the package share: a tiny model that nobody trained, and tones to listen to."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from pipeline.model.listening import Listening
from pipeline.model.network_encoder import NetworkEncoder
from pipeline.nn.networks.factory import seeded_network
from singing_style.model import StyleModel
from tests.model.conftest import CALIBRATION, LISTENING

Tone = Callable[[float, float], NDArray[np.float32]]
RATE = 22050
SHAPE = {
    "frames": 32,
    "bins": 16,
    "attention": True,
    "channels": 8,
    "bottleneck": 8,
    "cardinality": 4,
    "hidden": 16,
    "dropout": 0.1,
    "embedding": 4,
}


@pytest.fixture
def listening() -> Listening:
    return LISTENING


@pytest.fixture
def model() -> StyleModel:
    network = seeded_network(SHAPE, np.random.SeedSequence(0), torch.device("cpu")).eval()
    card = {"corpus": "tones", "licence": "none", "limits": []} | EMPTY
    return StyleModel(NetworkEncoder(network), SHAPE, LISTENING, CALIBRATION, card)


EMPTY: dict[str, dict[str, float]] = {"parameters": {}, "training": {}, "metrics": {}, "versions": {}}


@pytest.fixture
def tone() -> Tone:
    """Make a tone with overtones and vibrato, after a moment of silence: so many seconds at a pitch in Hz."""

    def make(seconds: float, hertz: float) -> NDArray[np.float32]:
        time = np.arange(round(seconds * RATE)) / RATE
        phase = 2 * np.pi * hertz * time + hertz / 200 * np.sin(2 * np.pi * 5.5 * time)
        sound = sum(np.sin(k * phase) / k for k in range(1, 9)) * 0.1
        return np.concatenate([np.zeros(RATE // 4), sound]).astype(np.float32)

    return make


@pytest.fixture
def choir(tone: Tone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with ann.wav, ben.wav and silence.wav."""
    monkeypatch.chdir(tmp_path)
    soundfile.write("ann.wav", tone(2.0, 330.0), RATE, subtype="FLOAT")
    soundfile.write("ben.wav", tone(2.5, 140.0), RATE, subtype="FLOAT")
    soundfile.write("silence.wav", np.zeros(3 * RATE), RATE)
    return tmp_path
