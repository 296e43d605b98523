"""A training of seconds that tests of the trainer share: four singers who differ by the bins that ring."""

from typing import Any

import numpy as np
import torch

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.objectives.choice import ClipLabels, Options, choose_objective
from pipeline.nn.pairs import PairSampler
from pipeline.nn.processes import Processes
from pipeline.nn.training.trainer import Augment, Trainer, TrainingSettings
from pipeline.nn.training.validation import ValidationPairs
from pipeline.storage.frames import FrameTables
from pipeline.storage.shard import ClipSet

CPU = torch.device("cpu")
SHAPE: dict[str, Any] = {
    "frames": 16,
    "bins": 12,
    "attention": True,
    "channels": 8,
    "bottleneck": 4,
    "cardinality": 2,
    "hidden": 16,
    "dropout": 0.1,
    "embedding": 4,
}
SETTINGS = TrainingSettings(
    learning_rate=3e-3,
    l2=1e-6,
    steps_per_epoch=1,
    max_epochs=60,
    validate_every=20,
    patience=1000,
    improvement=0.995,
)
OPTIONS = Options(
    loss="contrastive",
    margin=1.0,
    pairs=16,
    cross_song=0.0,
    same_song=0.0,
    within_corpus=0.0,
    temperature=0.1,
    angular_margin=0.2,
    singers=4,
    clips=4,
)


def residual(trainer: Trainer) -> StyleNetwork:
    """Return a trainer's network, which is of the paper's kind."""
    assert isinstance(trainer.network, StyleNetwork)
    return trainer.network


def tone_clips(seed: int) -> ClipSet:
    """Four singers, each with a bin that rings in all songs; two songs, each with a stretch of time that rings."""
    generator = np.random.default_rng(seed)
    clips = []
    for singer in range(4):
        for song in range(2):
            for _ in range(6):
                clip = generator.uniform(0, 10, (16, 12))
                clip[:, 2 * singer : 2 * singer + 2] += 40
                clip[8 * song : 8 * song + 8] += 5
                clips.append(clip)
    owners = np.repeat(np.arange(8), 6)
    return ClipSet(
        frames=FrameTables([np.concatenate(clips).astype(np.float16)]),
        first_frame=np.arange(48, dtype=np.int64) * 16,
        recording=np.char.add("r", owners.astype(str)),
        singer=np.char.add("s", (owners // 2).astype(str)),
        song=np.char.add("t", (owners % 2).astype(str)),
        start=np.zeros(48, np.int32),
        clip_frames=16,
        feature="mel",
    )


def make_trainer(
    settings: TrainingSettings = SETTINGS,
    seed: int = 0,
    options: Options = OPTIONS,
    augmentation: Augment | None = None,
) -> Trainer:
    clips, held_out = tone_clips(1), tone_clips(2)
    names = ClipLabels(clips.singer, clips.song, np.full(len(clips), ""))
    pairs = PairSampler(held_out.singer, held_out.song).draw(64, np.random.default_rng(3))
    return Trainer(
        seeded_network(SHAPE, np.random.SeedSequence(seed), CPU),
        ClipBank(clips, CPU),
        choose_objective(options, names, SHAPE["embedding"], np.random.SeedSequence(5), Processes(0, 1, CPU)),
        ValidationPairs(ClipBank(held_out, CPU), pairs),
        settings,
        generator=np.random.default_rng(seed),
        device=CPU,
        precision=torch.float32,
        augmentation=augmentation,
    )
