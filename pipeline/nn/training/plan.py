"""All that decides a training beside the clips and the network, and the trainer that follows it."""

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from pipeline.audio.settings import Feature, SpectrogramSettings
from pipeline.corpora.names import corpus_of
from pipeline.nn.augmentation.augmentation import build_augmentation
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.factory import fresh_network
from pipeline.nn.networks.statistics_network import StatisticsNetwork
from pipeline.nn.objectives.choice import ClipLabels, Options, choose_objective, validation_sampler
from pipeline.nn.objectives.objective import Objective
from pipeline.nn.processes import Processes
from pipeline.nn.training.plain_means import scale_means
from pipeline.nn.training.trainer import Trainer, TrainingSettings
from pipeline.nn.training.validation import ValidationPairs
from pipeline.nn.training.whitening import whiten_output
from pipeline.storage.shard import ClipSet

PAIRS_SEED, VALIDATION_SEED, HEAD_SEED = 2, 3, 4
Picked = TypeVar("Picked", Options, TrainingSettings, AugmentationStrengths)


@dataclass(frozen=True)
class Plan:
    """What decides a training.

    Attributes
    ----------
    feature : {"mel", "cqt"}
    seed : int
        Root of the random draws: of the network, the head of the loss, pairs and validation.
    objective : Options
    training : TrainingSettings
    augmentation : AugmentationStrengths
    validation_pairs : int
    whiten : bool
        See `kept_weights`.
    rate : int
        Sampling rate in Hz.
    spectrogram : SpectrogramSettings
    """

    feature: Feature
    seed: int
    objective: Options
    training: TrainingSettings
    augmentation: AugmentationStrengths
    validation_pairs: int
    whiten: bool
    rate: int
    spectrogram: SpectrogramSettings


def pick(kind: type[Picked], source: object) -> Picked:
    """Fill a dataclass with the attributes of its fields' names."""
    return kind(**{field.name: getattr(source, field.name) for field in dataclasses.fields(kind)})


def make_trainer(
    plan: Plan,
    shape: dict[str, Any],
    clips: ClipSet,
    validation: ClipSet,
    processes: Processes,
    precision: torch.dtype,
) -> Trainer:
    """Build a trainer with a fresh network.

    Parameters
    ----------
    plan : Plan
    shape : dict
        Arguments of `pipeline.nn.networks.factory.make_network`.
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
    device = processes.device
    return Trainer(
        fresh_network(shape, plan.seed, device),
        ClipBank(clips, device),
        _objective(plan, clips, shape["embedding"], processes),
        _validation(plan, validation, device),
        plan.training,
        generator=np.random.default_rng([plan.seed, PAIRS_SEED]),
        device=device,
        precision=precision,
        processes=processes,
        augmentation=build_augmentation(plan.augmentation, plan.feature, plan.rate, plan.spectrogram),
    )


def kept_weights(trainer: Trainer, clips: ClipSet, *, whiten: bool) -> dict[str, Tensor]:
    """Return the weights that a finished training keeps, with what the training clips then settle in closed form.

    Parameters
    ----------
    trainer : Trainer
    clips : ClipSet
        Of the training part.
    whiten : bool
        Whether the last layer is whitened. The plain means of a network that has some are scaled in any case.
    """
    network = trainer.network
    with_means = network if isinstance(network, StatisticsNetwork) and network.means else None
    if not whiten and not with_means:
        return trainer.trained.weights
    network.load_state_dict(trainer.trained.weights)
    if whiten:
        whiten_output(network, trainer.bank, clips.singer, trainer.device)
    if with_means:
        scale_means(with_means, trainer.bank, clips.recording, trainer.device)
    return {name: value.cpu().contiguous() for name, value in network.state_dict().items()}


def _objective(plan: Plan, clips: ClipSet, dimensions: int, processes: Processes) -> Objective:
    head = np.random.SeedSequence([plan.seed, HEAD_SEED])
    return choose_objective(plan.objective, _labels(clips), dimensions, head, processes)


def _validation(plan: Plan, clips: ClipSet, device: torch.device) -> ValidationPairs:
    generator = np.random.default_rng([plan.seed, VALIDATION_SEED])
    sampler = validation_sampler(plan.objective, _labels(clips))
    return ValidationPairs(ClipBank(clips, device), sampler.draw(plan.validation_pairs, generator))


def _labels(clips: ClipSet) -> ClipLabels:
    return ClipLabels(clips.singer, clips.song, corpus_of(clips.singer))
