"""How fast a folder of songs is embedded, from files to vectors, once everything is imported and compiled.

Run from the top folder: ``python -m benchmarks --only embedding``. The network is the paper's, untrained: its weights
change its vectors, not its speed.
"""

import time
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from benchmarks.row import Row
from benchmarks.singing import SONG_SECONDS, sing_songs, write_corpus
from benchmarks.workplace import workplace
from pipeline.model.calibration import Calibration
from pipeline.model.network_encoder import NetworkEncoder
from pipeline.nn.networks.factory import seeded_network
from pipeline.params import load_params
from pipeline.sections.listening import listening_of
from singing_style.model import StyleModel

# Times as fast as one listens.
TARGET = 100


def measure(quick: bool) -> list[Row]:
    """Embed 100 songs of 22 s, FLAC at the model's rate, on all cores."""
    songs, repetitions = (4, 1) if quick else (100, 5)
    singing = sing_songs(2 if quick else 9)
    with workplace():
        model = paper_model()
        names = write_corpus(singing, songs, SONG_SECONDS, Path())["path"]
        files = [Path(name) for name in names]
        model.embed_many(files)
        speeds = [_speed(model, files) for _ in tqdm(range(repetitions), "embed", mininterval=1.0)]
    row = Row.of(f"embedding {songs} songs of {SONG_SECONDS:g} s", "listening to them", "x faster", speeds)
    return [row.should(be_at_least=TARGET)]


def _speed(model: StyleModel, files: list[Path]) -> float:
    started = time.perf_counter()
    performances = model.embed_many(files).performances
    return sum(one.seconds for one in performances) / (time.perf_counter() - started)


def paper_model() -> StyleModel:
    """Make a model with the network and the listening of params.yaml, and weights that nobody trained."""
    params = load_params()
    listening = listening_of(
        params.seed,
        params.feature,
        params.resample,
        params.frames,
        params.voice,
        params.clips,
        params.features,
    )
    shape = params.network.shape(listening.clip_frames, listening.bins, listening.rate / listening.frame_hop)
    network = seeded_network(shape, np.random.SeedSequence(0), torch.device("cpu")).eval()
    calibration = Calibration(
        bias=0.0, slope=1.0, threshold=1.0, equal_error_rate=0.5, prior=0.5, pairs=1, singers=1, corpus="none"
    )
    return StyleModel(NetworkEncoder(network), shape, listening, calibration, {})
