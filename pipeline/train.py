"""Train the network on pairs or groups of clips, with early stopping on the validation part (paper 2 and 3.4).

Reads data/shards; writes into models/style: style.safetensors (weights of the lowest validation loss, or the last),
style.json (what is needed to use them), training.json (how training went), environment.json (on what), history.csv and
validation.csv (loss, that of a constant embedding, mean distances, near negatives; of steps the norm of the gradient,
of validations the equal error rate).

Stopped by Ctrl-C, kill or power failure, the same command carries on from the last checkpoint in .scratch and ends with
the same weights. Checkpoints take at most a hundredth of the time; other parameters, data or code start afresh.

Several processes train on one batch together: `torchrun --nproc-per-node 2 -m pipeline.train && dvc commit -f train`.
"""

import functools
import json
import time
from typing import Any

from pydantic_core import to_jsonable_python
from torch import Tensor

from pipeline.errors import BadInputError
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.device import choose_device, choose_precision, describe_environment, keep_memory, use_threads
from pipeline.nn.networks.factory import save_model
from pipeline.nn.objectives.choice import Options
from pipeline.nn.processes import Processes
from pipeline.nn.training.checkpointer import Checkpointer, Pace
from pipeline.nn.training.plan import Plan, kept_weights, make_trainer, pick
from pipeline.nn.training.report import report_training, warn_of_training
from pipeline.nn.training.state import checkpoint_size
from pipeline.nn.training.trained import Trained
from pipeline.nn.training.trainer import Trainer, TrainingSettings
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.files import hash_files, hash_text
from pipeline.runtime.interruption import Interruption
from pipeline.runtime.metrics import write_json
from pipeline.runtime.scratch import declared_sources, scratch_folder
from pipeline.runtime.stage import MODELS, SHARDS, fresh_folder, run
from pipeline.storage.checkpoint import CheckpointFolder
from pipeline.storage.checkpoint_store import CheckpointStore
from pipeline.storage.shard import read_shards

announce = functools.partial(print, flush=True)


def main() -> str:
    """Train and write the model."""
    keep_memory()
    params = load_params()
    clips, validation = read_shards(SHARDS, "train"), read_shards(SHARDS, "validation")
    if clips.feature != params.feature:
        raise BadInputError(f"{SHARDS}: holds {clips.feature}, not {params.feature}; run `dvc repro shards`")
    processes, threads = Processes.join(choose_device()), use_threads(params.train.threads)
    precision = choose_precision(params.train.precision, processes.device, "train.precision")
    plan = Plan(
        feature=params.feature,
        seed=params.seed,
        objective=pick(Options, params.train),
        training=pick(TrainingSettings, params.train),
        augmentation=pick(AugmentationStrengths, params.augmentation),
        validation_pairs=params.train.validation_pairs,
        whiten=params.train.whiten,
        rate=params.resample.rate,
        spectrogram=params.features.settings(params.frames),
    )
    shape = params.network.shape(clips.clip_frames, clips.bins, params.resample.rate / params.frames.hop)
    trainer = make_trainer(plan, shape, clips, validation, processes, precision)
    environment = describe_environment(processes.device, precision, threads) | {"processes": processes.count}
    configuration = {"feature": clips.feature, "network": shape}
    parameters = {
        "seed": params.seed,
        "augmentation": params.augmentation,
        "train": params.train,
        "rate": params.resample.rate,
        "frames": params.frames,
        "features": params.features,
    }
    identity = _identity(parameters, configuration, environment)
    if not processes.first:
        _train(trainer, None)
        processes.leave()
        return f"process {processes.number + 1} of {processes.count} finished"
    with CheckpointStore(scratch_folder(), "train", announce).claim(identity) as folder:
        pace = _train(trainer, folder)
        processes.leave()
        weights = kept_weights(trainer, clips, whiten=plan.whiten)
        report = _report(trainer, configuration, environment)
        _write(trainer.trained, weights, configuration, report, environment)
    return _summarise(report, pace, warn_of_training(trainer))


def _identity(parameters: dict[str, Any], configuration: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """Collect all that decides the weights: a checkpoint is used only where every part of it agrees."""
    shards = sorted([*SHARDS.glob("train-*.h5"), *SHARDS.glob("validation-*.h5")])
    return {
        **to_jsonable_python(parameters),
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


def _summarise(report: dict[str, Any], pace: str, warnings: list[str]) -> str:
    return (
        f"{counted(report['epochs'], 'epoch')} at {pace}, on {report['device']} in {report['precision']}; kept the "
        f"weights of epoch {report['kept_epoch']}, validation {report['validation_measure']} "
        f"{report['validation_loss']:.4f} (a constant embedding has {report['constant_loss']:.4f})"
    ) + "".join(f"; warning: {line}" for line in warnings)


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


if __name__ == "__main__":
    run(main, __doc__)
