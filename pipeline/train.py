"""Train the network on pairs or groups of clips, with early stopping on the validation part (paper 2 and 3.4).

Reads data/shards; writes into models/style: style.safetensors (weights of the lowest validation loss, or the last),
style.json (what is needed to use them), training.json (how training went), environment.json (on what), history.csv and
validation.csv (loss, collapse reference, mean distances, active negatives; of steps the norm of the gradient, of
validations the equal error rate).

Stopped by Ctrl-C, kill or power failure, the same command carries on from the last checkpoint in .scratch and ends with
the same weights. Checkpoints take at most a hundredth of the time; other parameters, data or code start afresh.

Several processes train on one batch together: `torchrun --nproc-per-node 2 -m pipeline.train && dvc commit -f train`.
"""

import dataclasses
import functools
import json
import time
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from pydantic_core import to_jsonable_python
from torch import Tensor

from pipeline.audio.settings import Feature
from pipeline.corpora.names import corpus_of
from pipeline.errors import BadInputError
from pipeline.nn.augmentation.augmentation import build_augmentation
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, describe_environment, keep_memory, use_threads
from pipeline.nn.networks.factory import fresh_network, save_model
from pipeline.nn.objectives.choice import ClipLabels, Options, choose_objective, validation_sampler
from pipeline.nn.objectives.objective import Objective
from pipeline.nn.processes import Processes
from pipeline.nn.training.checkpointer import Checkpointer, Pace
from pipeline.nn.training.report import report_training, warn_of_training
from pipeline.nn.training.state import checkpoint_size
from pipeline.nn.training.trained import Trained
from pipeline.nn.training.trainer import Augment, Trainer, TrainingSettings
from pipeline.nn.training.validation import Validation
from pipeline.nn.training.whitening import whiten_output
from pipeline.params import load_params
from pipeline.runtime.files import hash_files, hash_text
from pipeline.runtime.interruption import Interruption
from pipeline.runtime.metrics import write_json
from pipeline.runtime.scratch import declared_sources, scratch_folder
from pipeline.runtime.stage import MODELS, SHARDS, fresh_folder, run
from pipeline.sections.augmentation import Augmentation as AugmentationSection
from pipeline.sections.learning import Network, Train
from pipeline.sections.listening import Features, Frames
from pipeline.storage.checkpoint import CheckpointFolder
from pipeline.storage.checkpoint_store import CheckpointStore
from pipeline.storage.shard import ClipSet, read_shards

PAIRS_SEED, VALIDATION_SEED, HEAD_SEED = 2, 3, 4
Picked = TypeVar("Picked", Options, TrainingSettings, AugmentationStrengths)
announce = functools.partial(print, flush=True)


@dataclass(frozen=True)
class Plan:
    """All that decides a training, beside the clips: the sections of params.yaml that it reads."""

    feature: Feature
    seed: int
    network: Network
    augmentation: AugmentationSection
    train: Train
    rate: int
    frames: Frames
    features: Features


def main() -> str:
    """Train and write the model."""
    keep_memory()
    params = load_params()
    clips, validation = read_shards(SHARDS, "train"), read_shards(SHARDS, "validation")
    if clips.feature != params.feature:
        raise BadInputError(f"{SHARDS}: holds {clips.feature}, not {params.feature}; run `dvc repro shards`")
    processes, threads = Processes.join(choose_device()), use_threads(params.train.threads)
    precision = choose_precision(params.train.precision, processes.device)
    plan = Plan(
        params.feature,
        params.seed,
        params.network,
        params.augmentation,
        params.train,
        params.resample.rate,
        params.frames,
        params.features,
    )
    trainer = make_trainer(plan, clips, validation, processes, precision)
    environment = describe_environment(processes.device, precision, threads) | {"processes": processes.count}
    shape = params.network.shape(clips.clip_frames, clips.bins)
    configuration = {"feature": clips.feature, "network": shape}
    identity = _identity(plan, configuration, environment)
    if not processes.first:
        _train(trainer, None)
        processes.leave()
        return f"process {processes.number + 1} of {processes.count} finished"
    with CheckpointStore(scratch_folder(), "train", announce).claim(identity) as folder:
        pace = _train(trainer, folder)
        processes.leave()
        weights = kept_weights(trainer, clips, plan.train.whiten)
        _write(trainer.trained, weights, configuration, _report(trainer, configuration, environment), environment)
    stopping, warnings = trainer.trained.stopping, [f"; warning: {line}" for line in warn_of_training(trainer)]
    return (
        f"{trainer.trained.epochs} epochs at {pace}, on {environment['device']} in "
        f"{environment['precision']}; validation loss {stopping.best:.4f} at epoch {stopping.best_epoch} "
        f"(a constant embedding has {trainer.objective.chance:.4f})" + "".join(warnings)
    )


def _identity(plan: Plan, configuration: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """Collect all that decides the weights: a checkpoint is used only where every part of it agrees."""
    shards = sorted([*SHARDS.glob("train-*.h5"), *SHARDS.glob("validation-*.h5")])
    return {
        **to_jsonable_python(plan),
        **configuration,
        "shards": hash_files(shards),
        "code": hash_text(json.dumps(declared_sources("train"))),
        "environment": environment,
    }


def _train(trainer: Trainer, folder: CheckpointFolder | None) -> str:
    """Train from the newest checkpoint to the end; report the time of a step, and its share spent waiting for clips."""
    with Interruption() as interruption:
        checkpointer = Checkpointer(folder, interruption.reason, Pace(checkpoint_size(trainer)), announce)
        first, started = checkpointer.resume(trainer), time.monotonic()
        trainer.run(checkpointer.after_step)
    seconds = time.monotonic() - started
    pace, share = seconds / max(trainer.steps - first, 1), trainer.waited / seconds
    return f"{pace:.2f} s a step, {share:.1%} of it waiting for clips from {trainer.bank.where}"


def _report(trainer: Trainer, configuration: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    machine = {name: environment[name] for name in ("device", "precision")}
    return configuration | report_training(trainer) | machine | {"torch": environment["packages"]["torch"]}


def _write(
    trained: Trained,
    weights: dict[str, Tensor],
    configuration: dict[str, Any],
    report: dict[str, Any],
    environment: dict[str, Any],
) -> None:
    fresh_folder(MODELS)
    save_model(MODELS, weights, configuration)
    for name, content in (("training", report), ("environment", environment)):
        write_json(MODELS / f"{name}.json", content)
    trained.history_table().to_csv(MODELS / "history.csv", index=False)
    trained.validation_table().to_csv(MODELS / "validation.csv", index=False)


def kept_weights(trainer: Trainer, clips: ClipSet, whiten: bool) -> dict[str, Tensor]:
    """Return the weights that a finished training keeps, the last layer whitened by the training clips if wanted."""
    if not whiten:
        return trainer.trained.weights
    trainer.network.load_state_dict(trainer.trained.weights)
    whiten_output(trainer.network, trainer.bank, clips.singer, trainer.device)
    return {name: value.cpu().contiguous() for name, value in trainer.network.state_dict().items()}


def make_trainer(
    plan: Plan, clips: ClipSet, validation: ClipSet, processes: Processes, precision: torch.dtype
) -> Trainer:
    """Build a trainer with a fresh network.

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
        fresh_network(shape, plan.seed, device),
        ClipBank(clips, device),
        _objective(plan, clips, processes),
        _validation(validation, train, plan.seed, device),
        _pick(TrainingSettings, train),
        generator=np.random.default_rng([plan.seed, PAIRS_SEED]),
        device=device,
        precision=precision,
        processes=processes,
        augmentation=_augmentation(plan),
    )


def _objective(plan: Plan, clips: ClipSet, processes: Processes) -> Objective:
    head = np.random.SeedSequence([plan.seed, HEAD_SEED])
    return choose_objective(_pick(Options, plan.train), _labels(clips), plan.network.embedding, head, processes)


def _validation(clips: ClipSet, train: Train, seed: int, device: torch.device) -> Validation:
    generator = np.random.default_rng([seed, VALIDATION_SEED])
    sampler = validation_sampler(_pick(Options, train), _labels(clips))
    return Validation(ClipBank(clips, device), sampler.draw(train.validation_pairs, generator))


def _augmentation(plan: Plan) -> Augment | None:
    return build_augmentation(
        _pick(AugmentationStrengths, plan.augmentation), plan.feature, plan.rate, plan.features.settings(plan.frames)
    )


def _labels(clips: ClipSet) -> ClipLabels:
    return ClipLabels(clips.singer, clips.song, corpus_of(clips.singer))


def _pick(kind: type[Picked], section: Train | AugmentationSection) -> Picked:
    """Fill a dataclass with the parameters of its names."""
    return kind(**{field.name: getattr(section, field.name) for field in dataclasses.fields(kind)})


if __name__ == "__main__":
    run(main, __doc__)
