"""Made-up performances, singing and a tiny untrained model, for the tests of what is built on them."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from pipeline.model.calibration import Calibration
from pipeline.model.listening import Listening
from pipeline.model.network_encoder import NetworkEncoder
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import seeded_network
from singing_style.model import StyleModel
from singing_style.performance import Performance
from singing_style.voice_index import Voice, VoiceIndex

RATE = 22050
# At a distance of 0.5 the odds are even: 2 - 4 x 0.5 = 0.
CALIBRATION = Calibration(
    bias=2.0,
    slope=4.0,
    threshold=0.5,
    equal_error_rate=0.1,
    prior=0.5,
    pairs=30,
    singers=4,
    corpus="the made-up choir",
)
CARD: dict[str, Any] = {
    "corpus": "the made-up choir",
    "licence": "none",
    "limits": [],
    "parameters": {},
    "training": {},
    "metrics": {},
    "versions": {},
}
# The settings of the paper.
PAPER = Listening(
    feature="mel",
    rate=22050,
    quality="HQ",
    frame_length=2048,
    frame_hop=512,
    pitch_min_hz=65.0,
    pitch_max_hz=1000.0,
    clip_frames=256,
    clip_hop=51,
    min_voiced=128,
    pad_short=True,
    bins=96,
    bins_per_octave=24,
    cqt_min_hz=65.40639132514966,
    floor_db=60.0,
    seed=0,
)
SHORT_CLIPS = {"clip_frames": 64, "clip_hop": 13, "min_voiced": 32}


def performance(
    name: str, clips: Sequence[Sequence[float]], starts: Sequence[float], seconds: float = 10, pitch: float = 60
) -> Performance:
    """Make a performance of clips of 2 s."""
    vectors = np.array(clips, np.float32)
    times = np.array(starts, np.float64)
    return Performance(name, vectors.mean(axis=0), vectors, times, 2.0, seconds, seconds / 2, pitch)


def voice(
    path: str, singer: str, *vector: float, content: str | None = None, song: str = "", pitch: float = 60
) -> Voice:
    """Make a performance of one clip by a known singer; its content is its path, unless given."""
    heard = performance(path, [vector], [0.0], pitch=pitch)
    return Voice(path, singer, song, (content or f"content of {path}",), heard)


def index_of(*voices: Voice) -> VoiceIndex:
    return VoiceIndex("the model", voices)


def distance_to_span(at: Sequence[float], places: Sequence[Sequence[float]]) -> float:
    """Measure the distance of a point from the nearest of the lines between places, each by its projection."""
    point, ends = np.array(at, float), np.array(places, float)
    nearest = min(float(np.linalg.norm(point - end)) for end in ends)
    for one, other in combinations(ends, 2):
        line = other - one
        if line.any():
            share = min(1.0, max(0.0, float((point - one) @ line / (line @ line))))
            nearest = min(nearest, float(np.linalg.norm(point - one - share * line)))
    return nearest


def tiny_model(seed: int = 0) -> StyleModel:
    """Make an untrained network that listens to clips of a second and a half."""
    listening = Listening.model_validate(PAPER.model_dump() | SHORT_CLIPS)
    shape = {
        "frames": listening.clip_frames,
        "bins": listening.bins,
        "attention": True,
        "channels": 8,
        "bottleneck": 8,
        "cardinality": 4,
        "hidden": 16,
        "dropout": 0.1,
        "embedding": 4,
    }
    network = seeded_network(shape, np.random.SeedSequence(seed), torch.device("cpu")).eval()
    return StyleModel(NetworkEncoder(network), shape, listening, CALIBRATION, CARD)


def network_of(model: StyleModel) -> Embedder:
    """Return the network of a model that runs one, to change its weights."""
    assert isinstance(model.encoder, NetworkEncoder)
    return model.encoder.network


def singing(pitch: float, seconds: float = 4.0, tilt: float = 1.0, gain: float = 0.3) -> NDArray[np.float64]:
    """Sing a vowel: harmonics of a pitch with vibrato, half a second of quiet before it and after it."""
    time = np.arange(int((seconds - 1) * RATE)) / RATE
    phase = 2 * np.pi * (pitch * time + 0.02 * pitch / (2 * np.pi * 5.5) * np.sin(2 * np.pi * 5.5 * time))
    voice = np.sum([np.sin(harmonic * phase) / harmonic**tilt for harmonic in range(1, 9)], axis=0)
    quiet = np.zeros(RATE // 2)
    noise = 1e-4 * np.random.default_rng(int(pitch)).standard_normal(len(voice) + RATE)
    sung: NDArray[np.float64] = (
        np.concatenate([quiet, gain * voice / np.abs(voice).max(), quiet]) + noise[: len(voice) + 2 * len(quiet)]
    )
    return sung


def write_phrases(
    folder: Path, pitch: float, songs: Sequence[str] = ("ode",), takes: int = 3, tilt: float = 1.0
) -> None:
    """Write takes of a phrase, 0.6 s sung of each 0.8 s; of less than 33 frames, 0.77 s, the tiny model judges none."""
    folder.mkdir(parents=True)
    for place, song in enumerate(songs):
        for take in range(takes):
            samples = singing(pitch + 15 * place + 2 * take, 1.6, tilt)
            soundfile.write(folder / f"{song}-{take}.flac", samples[int(0.4 * RATE) : -int(0.4 * RATE)], RATE)


def write_choir(
    folder: Path, singers: Sequence[str] = ("Ann", "Ben Ali", "Zoë"), songs: Sequence[str] = ("ode", "air")
) -> None:
    """Write a folder for each singer, with a file for each song."""
    for number, singer in enumerate(singers):
        (folder / singer).mkdir(parents=True)
        for place, song in enumerate(songs):
            samples = singing(180 + 40 * number + 15 * place, tilt=1 + 0.5 * number)
            soundfile.write(folder / singer / f"{song}.flac", samples, RATE)
