"""From the parameters to a trainer: network, objective, validation and augmentation as the sections say."""

import dataclasses
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from pipeline.audio import spectrogram
from pipeline.corpora.together import corpus_of
from pipeline.nn.augmentation import build_augmentation
from pipeline.nn.augmentations.settings import Settings as Strengths
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.making import seeded_network
from pipeline.nn.objectives.choice import Clips, Options, choose_objective, validation_sampler
from pipeline.nn.objectives.objective import Objective
from pipeline.nn.processes import Processes
from pipeline.nn.trainer import Augmentation, Settings, Trainer
from pipeline.nn.validation import Validation
from pipeline.sections.augmentation import Augmentation as AugmentationSection
from pipeline.sections.experiments import Feature
from pipeline.sections.learning import Network, Train
from pipeline.sections.listening import Features, Frames
from pipeline.storage.shard import ClipSet

NETWORK_SEED, PAIRS_SEED, VALIDATION_SEED, HEAD_SEED = 1, 2, 3, 4
Picked = TypeVar("Picked", Options, Settings, Strengths)


@dataclass(frozen=True)
class Plan:
    """All that decides a training, beside the clips: the sections of params.yaml that it reads."""

    seed: int
    network: Network
    augmentation: AugmentationSection
    train: Train
    rate: int
    frames: Frames
    features: Features


def make_trainer(
    plan: Plan, clips: ClipSet, validation: ClipSet, processes: Processes, precision: torch.dtype
) -> Trainer:
    """Make a trainer, its network fresh.

    Parameters
    ----------
    plan : Plan
    clips, validation : ClipSet
        On which to train, and to judge.
    processes : Processes
        Those that share every batch; where to compute.
    precision : torch.dtype

    Raises
    ------
    BadInputError
        The clips do not allow what the parameters ask for.
    """
    device, train = processes.device, plan.train
    shape = plan.network.shape(clips.clip_frames, clips.bins)
    return Trainer(
        seeded_network(shape, np.random.SeedSequence([plan.seed, NETWORK_SEED]), device),
        ClipBank(clips, device),
        _objective(plan, clips, processes),
        _validation(validation, train, plan.seed, device),
        _pick(Settings, train),
        generator=np.random.default_rng([plan.seed, PAIRS_SEED]),
        device=device,
        precision=precision,
        processes=processes,
        augmentation=_augmentation(plan, clips),
    )


def _objective(plan: Plan, clips: ClipSet, processes: Processes) -> Objective:
    head = np.random.SeedSequence([plan.seed, HEAD_SEED])
    return choose_objective(_pick(Options, plan.train), _named(clips), plan.network.embedding, head, processes)


def _validation(clips: ClipSet, train: Train, seed: int, device: torch.device) -> Validation:
    generator = np.random.default_rng([seed, VALIDATION_SEED])
    sampler = validation_sampler(_pick(Options, train), _named(clips))
    return Validation(ClipBank(clips, device), sampler.draw(train.validation_pairs, generator))


def _augmentation(plan: Plan, clips: ClipSet) -> Augmentation | None:
    settings = spectrogram.Settings(
        length=plan.frames.length,
        hop=plan.frames.hop,
        bins=plan.features.bins,
        bins_per_octave=plan.features.bins_per_octave,
        cqt_min_hz=plan.features.cqt_min_hz,
        floor_db=plan.features.floor_db,
    )
    feature: Feature = "cqt" if clips.feature == "cqt" else "mel"
    return build_augmentation(_pick(Strengths, plan.augmentation), feature, plan.rate, settings)


def _named(clips: ClipSet) -> Clips:
    return Clips(clips.singer, clips.song, corpus_of(clips.singer))


def _pick(kind: type[Picked], section: Train | AugmentationSection) -> Picked:
    """Fill a dataclass with the parameters of its names."""
    return kind(**{field.name: getattr(section, field.name) for field in dataclasses.fields(kind)})
