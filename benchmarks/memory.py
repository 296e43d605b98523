"""Peak memory and seconds a step of training the full-size network on synthetic clips.

``python -m benchmarks.memory --steps 6`` trains the 203 million parameters without attention and keeps the best
weights twice, as training does; ``--attention`` takes the 5 million with it.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from benchmarks.alone import peak_mebibytes
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, keep_memory, name_device
from pipeline.nn.networks.factory import save_model, seeded_network
from pipeline.nn.objectives.contrastive import Contrastive
from pipeline.nn.pairs import PairSampler
from pipeline.nn.processes import Processes
from pipeline.nn.training.trainer import Trainer, TrainingSettings
from pipeline.nn.training.validation import ValidationPairs
from pipeline.params import Params, load_params
from pipeline.storage.frames import FrameTables
from pipeline.storage.shard import ClipSet

SINGERS, CLIPS_EACH = 8, 8


def noise(frames: int, bins: int, generator: np.random.Generator) -> ClipSet:
    """Make clips of noise by singers who sing one song each."""
    clips = SINGERS * CLIPS_EACH
    singer = np.repeat(np.arange(SINGERS), CLIPS_EACH).astype(str)
    return ClipSet(
        frames=FrameTables([generator.uniform(0, 60, (clips * frames, bins)).astype(np.float16)]),
        first_frame=np.arange(clips, dtype=np.int64) * frames,
        recording=singer,
        singer=singer,
        song=singer,
        start=np.zeros(clips, np.int32),
        clip_frames=frames,
        feature="mel",
    )


def noise_trainer(
    *,
    attention: bool,
    steps: int,
    device: torch.device | None = None,
    precision: torch.dtype | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Trainer:
    """Set up training of the full-size network, with all other parameters from params.yaml, on clips of noise.

    Parameters
    ----------
    attention : bool
    steps : int
        Epochs, of as many steps as params.yaml says; validated in the middle and at the end.
    device, precision : optional
        Where and how to compute; by default as training does.
    changes : mapping of str to any, optional
        What is different about the network's shape, and with it about the clips'.
    """
    params = load_params()
    device = device or choose_device()
    shape = _shape(params, attention) | dict(changes or {})
    network = seeded_network(shape, np.random.SeedSequence(0), device)
    clips = noise(shape["frames"], shape["bins"], np.random.default_rng(0))
    sampler = PairSampler(clips.singer, clips.song)
    every = {"max_epochs": steps, "validate_every": max(1, steps // 2)}
    settings = {name: getattr(params.train, name) for name in TrainingSettings.__dataclass_fields__} | every
    return Trainer(
        network,
        ClipBank(clips, device),
        Contrastive(sampler, params.train.pairs, params.train.margin, Processes(0, 1, device)),
        ValidationPairs(ClipBank(clips, device), sampler.draw(64, np.random.default_rng(1))),
        TrainingSettings(**settings),
        generator=np.random.default_rng(2),
        device=device,
        precision=precision or choose_precision(params.train.precision, device, "train.precision"),
    )


def _shape(params: Params, attention: bool) -> dict[str, Any]:
    frame_rate = params.resample.rate / params.frames.hop
    return params.network.shape(params.clips.frames, params.features.bins, frame_rate) | {"attention": attention}


def main() -> None:
    """Train a few steps, write the model, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attention", action="store_true")
    parser.add_argument("--steps", type=int, default=6)
    arguments = parser.parse_args()
    keep_memory()
    trainer = noise_trainer(attention=arguments.attention, steps=arguments.steps)
    started = time.monotonic()
    trained = trainer.run()
    step = (time.monotonic() - started) / arguments.steps
    trained_peak = peak_mebibytes() / 1024
    with TemporaryDirectory() as folder:
        shape = _shape(load_params(), arguments.attention)
        save_model(Path(folder), trained.weights, {"feature": "mel", "network": shape})
    print(
        f"{trainer.network.count_parameters():,} parameters on {name_device(trainer.device)}: {step:.2f} s a step, "
        f"validations included; peak {trained_peak:.1f} GiB in training, "
        f"{peak_mebibytes() / 1024:.1f} GiB with the model written"
    )


if __name__ == "__main__":
    main()
