"""Train the network on pairs or groups of clips, with early stopping on the validation part (paper 2 and 3.4).

Reads data/shards; writes models/style.safetensors (weights of the lowest validation loss, or the last),
models/style.json (what is needed to use them), models/training.json (how training went), models/environment.json (on
what), models/history.csv and models/validation.csv (loss, collapse reference, mean distances, active negatives,
gradient norm).

Stopped by Ctrl-C, kill or power failure, the same command carries on from the last checkpoint in .scratch and ends with
the same weights. Checkpoints take at most a hundredth of the time; other parameters, data or code start afresh.

Several processes train on one batch together: `torchrun --nproc-per-node 2 -m pipeline.train && dvc commit -f train`.
"""

import functools
import json
import time
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from pipeline.errors import BadInputError
from pipeline.nn.checkpointer import Checkpointer, Pace
from pipeline.nn.device import choose_device, choose_precision, keep_memory, use_threads
from pipeline.nn.environment import describe_environment
from pipeline.nn.model_file import save_model
from pipeline.nn.processes import Processes
from pipeline.nn.trained import Trained
from pipeline.nn.trainer import Trainer
from pipeline.nn.training_report import report_training, warn_of_training
from pipeline.nn.training_state import checkpoint_size
from pipeline.params import load_params
from pipeline.runtime.files import hash_files
from pipeline.runtime.interruption import Interruption
from pipeline.runtime.scratch import scratch_folder
from pipeline.runtime.stage import MODELS, SHARDS, fresh_folder, run
from pipeline.storage.checkpoint import CheckpointFolder
from pipeline.storage.checkpoint_store import CheckpointStore
from pipeline.storage.shard import read_shards
from pipeline.training import Plan, make_trainer

CODE = Path(__file__).parent
IMPORTED = ("training.py", "audio/*.py", "corpora/together.py", "nn/**/*.py", "storage/*.py")
say = functools.partial(print, flush=True)


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
        return f"process {processes.number + 1} of {processes.count} has done its share"
    with CheckpointStore(scratch_folder(), "train", say).claim(identity) as folder:
        pace = _train(trainer, folder)
        processes.leave()
        _write(trainer.trained, configuration, _report(trainer, configuration, environment), environment)
    stopping, warnings = trainer.trained.stopping, [f"; warning: {line}" for line in warn_of_training(trainer)]
    return (
        f"{trainer.trained.epochs} epochs at {pace}, on {environment['device']} in "
        f"{environment['precision']}; validation loss {stopping.best:.4f} at epoch {stopping.best_epoch} "
        f"(a constant embedding has {trainer.objective.chance:.4f})" + "".join(warnings)
    )


def _identity(plan: Plan, configuration: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """Gather all that decides the weights: only what agrees in all of it may carry on from one another's checkpoint."""
    shards = sorted([*SHARDS.glob("train-*.h5"), *SHARDS.glob("validation-*.h5")])
    code = [Path(__file__), *(path for place in IMPORTED for path in sorted(CODE.glob(place)))]
    return {
        **to_jsonable_python(plan),
        **configuration,
        "shards": hash_files(shards),
        "code": hash_files(code),
        "environment": environment,
    }


def _train(trainer: Trainer, folder: CheckpointFolder | None) -> str:
    """Train from the newest checkpoint to the end; say what a step took, and how much of it was waiting for clips."""
    with Interruption() as interruption:
        checkpointer = Checkpointer(folder, interruption.reason, Pace(checkpoint_size(trainer)), say)
        first, started = checkpointer.resume(trainer), time.monotonic()
        trainer.run(checkpointer.after_step)
    seconds = time.monotonic() - started
    pace, share = seconds / max(trainer.steps - first, 1), trainer.waited / seconds
    return f"{pace:.2f} s a step, {share:.1%} of it waiting for clips from {trainer.clips.where}"


def _report(trainer: Trainer, configuration: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    machine = {name: environment[name] for name in ("device", "precision")}
    return configuration | report_training(trainer) | machine | {"torch": environment["packages"]["torch"]}


def _write(
    trained: Trained, configuration: dict[str, Any], report: dict[str, Any], environment: dict[str, Any]
) -> None:
    fresh_folder(MODELS)
    save_model(MODELS, trained.weights, configuration)
    for name, content in (("training", report), ("environment", environment)):
        (MODELS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
    trained.history_table().to_csv(MODELS / "history.csv", index=False)
    trained.validation_table().to_csv(MODELS / "validation.csv", index=False)


if __name__ == "__main__":
    run(main, __doc__)
