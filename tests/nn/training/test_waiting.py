"""No step of training may wait for the GPU: shown on one that is only pretended, since tests have none."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from pipeline.audio.settings import SpectrogramSettings
from pipeline.nn.augmentation.augmentation import build_augmentation
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.dropout import seed_dropout
from pipeline.nn.networks.factory import make_network
from pipeline.nn.objectives.choice import ClipLabels, choose_objective
from pipeline.nn.objectives.settings import Loss
from pipeline.nn.pairs import PairSampler
from pipeline.nn.processes import Processes
from pipeline.nn.training.trainer import Augment, Trainer
from pipeline.nn.training.validation import ValidationPairs
from tests.nn.conftest import OPTIONS, SETTINGS, SHAPE, tone_clips
from tests.nn.pretended_gpu import GPU, BlockingCopies, is_there, pretended_gpu

EVERYTHING = AugmentationStrengths(
    share=0.7,
    equaliser_db=6,
    level_db=3,
    noise_db=10,
    band_octaves=0.5,
    room_s=0.5,
    codec=0.5,
    time_masks=1,
    time_mask_frames=4,
    frequency_masks=1,
    frequency_mask_bins=3,
    pitch_semitones=2,
    formant_semitones=2,
)


def pretended_trainer(loss: Loss, augmentation: Augment | None = None) -> Trainer:
    """The trainer of the tests, on the pretended GPU, with an average of the weights."""
    clips = tone_clips(1)
    with torch.device(GPU):
        network = make_network(SHAPE)
    seed_dropout(network, torch.Generator())
    labels = ClipLabels(clips.singer, clips.song, np.full(len(clips), ""))
    options = replace(OPTIONS, loss=loss)
    seed = np.random.SeedSequence(5)
    return Trainer(
        network,
        ClipBank(clips, GPU),
        choose_objective(options, labels, SHAPE["embedding"], seed, Processes(0, 1, GPU)),
        ValidationPairs(ClipBank(clips, GPU), PairSampler(clips.singer, clips.song).draw(4, np.random.default_rng(3))),
        replace(SETTINGS, average=0.9, schedule="one_cycle"),
        generator=np.random.default_rng(0),
        device=GPU,
        precision=torch.float32,
        augmentation=augmentation,
    )


def copies_that_wait(trainer: Trainer) -> list[str]:
    """Those of two steps: the first also sets up what the optimiser remembers."""
    copies = BlockingCopies()
    with copies:
        for _ in range(2):
            trainer.step(trainer.objective.draw(trainer.generator))
    return copies.found


@pytest.mark.parametrize("loss", get_args(Loss))
def test_a_step_does_not_wait_for_the_gpu(loss: Loss) -> None:
    with pretended_gpu():
        trainer = pretended_trainer(loss)
        assert trainer.bank.where == "device"
        assert copies_that_wait(trainer) == []
        assert all(map(is_there, trainer.network.parameters()))


def test_nor_does_augmentation() -> None:
    settings = SpectrogramSettings(length=2048, hop=512, bins=12, bins_per_octave=24, cqt_min_hz=65.4, floor_db=60.0)
    with pretended_gpu():
        augmentation = build_augmentation(EVERYTHING, "mel", 22050, settings)
        assert augmentation
        assert copies_that_wait(pretended_trainer("contrastive", augmentation)) == []


@pytest.mark.parametrize("reads", [Tensor.item, Tensor.nonzero, Tensor.unique, Tensor.cpu, bool])
def test_what_reads_a_value_from_the_gpu_would_be_found(reads: Callable[[Tensor], object]) -> None:
    with pytest.raises((RuntimeError, NotImplementedError), match="(?i)meta"):
        reads(torch.ones((), device=GPU))


def test_a_copy_that_waits_would_be_found() -> None:
    with BlockingCopies() as copies:
        there = torch.ones(2).to(GPU)
        there[:] = torch.ones(2)
        torch.ones(2).to(GPU, non_blocking=True)
    assert copies.found == ["aten._to_copy.default", "aten.copy_.default"]
