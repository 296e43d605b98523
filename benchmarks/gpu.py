"""What a GPU does here, in at most ten minutes: whether it computes what the processor does, and how fast.

Run from the top folder on a machine with one: ``python -m benchmarks.gpu``. It compares vectors, gradients, a few steps
and embeddings with the processor's, in float32 and bfloat16; times a training step, embedding, and the training of a
variant of ``make paper``; and lists the lines at which a step waits for the GPU. The rows go into results.json and
RESULTS.md. ``--device cpu`` runs the same on a small network: whether the script itself works.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.gpu_checks import TOLERANCES, check
from benchmarks.machine import describe_machine
from benchmarks.memory import noise_trainer
from benchmarks.results import add_apart
from benchmarks.row import FASTER, Row
from benchmarks.waits import find_waits
from pipeline.nn.device import choose_device, choose_precision, keep_memory
from pipeline.nn.embedding import embed_clips
from pipeline.nn.training.trainer import Trainer
from pipeline.params import load_params

FOLDER = Path(__file__).parent
NONE = "no GPU here: nothing was measured (--device cpu tries the script itself, on a small network)"
CPU = torch.device("cpu")
BATCH = 32


@dataclass(frozen=True)
class Amount:
    """How much is measured.

    Attributes
    ----------
    steps, warm : int
        Steps of training that are timed, and those before them that are not.
    seconds : float
        That the training of a variant may take; if it would take longer, it is worked out from its first steps.
    changes : mapping of str to any
        What is different about the network's shape.
    """

    steps: int = 30
    warm: int = 5
    seconds: float = 180.0
    changes: Mapping[str, Any] = field(default_factory=dict)


SMALL = Amount(
    steps=2, warm=1, seconds=0.0, changes={"frames": 32, "bins": 24, "channels": 8, "bottleneck": 8, "hidden": 16}
)


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line; what does not agree with the processor, or waits, makes the exit code 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--out", type=Path, help="folder of the results (default: benchmarks, or benchmarks/quick)")
    chosen = parser.parse_args(arguments)
    if chosen.device == "cuda" and not torch.cuda.is_available():
        print(NONE)
        return
    keep_memory()
    small = chosen.device == "cpu"
    device = CPU if small else choose_device()
    rows = measure(device, SMALL if small else Amount())
    for row in rows:
        print(row)
    out = chosen.out or (FOLDER / "quick" if small else FOLDER)
    add_apart(out, "gpu", describe_machine(), rows, quick=small)
    if any(row.met is False for row in rows):
        raise SystemExit(1)


def measure(device: torch.device, amount: Amount) -> list[Row]:
    """Check results, list waits, and time.

    Parameters
    ----------
    device : torch.device
        A GPU, or a processor, which nothing waits for.
    amount : Amount
    """
    able = choose_precision("auto", device) == torch.bfloat16
    rows = []
    for precision in TOLERANCES:
        if precision == torch.float32 or able:
            rows += check(device, precision, amount.changes)
    return [*rows, _waits(device, amount), *_times(device, amount), _variant(device, amount)]


def _waits(device: torch.device, amount: Amount) -> Row:
    """Count the waits of a step that is not the first, which sets up what the optimiser remembers."""
    what, against = "waits for the GPU within a training step", "none"
    if device.type != "cuda":
        return Row.of(what, against, "waits", [])
    trainer = _trainer(device, amount)
    _step(trainer)
    places = find_waits(lambda: _step(trainer))
    named = f"{what}, at {', '.join(sorted(set(places)))}" if places else what
    return Row.of(named, against, "waits", [float(len(places))]).should(be_at_most=0)


def _times(device: torch.device, amount: Amount) -> list[Row]:
    """Time a step and embedding here, and on the processor of the same machine, whose steps are fewer."""
    fewer = replace(amount, steps=min(amount.steps, 3), warm=1)
    rows = []
    for what, work in (("training step", _step_seconds), ("embedding a clip", _embedding_seconds)):
        here, there = work(_trainer(device, amount), amount), work(_trainer(CPU, fewer), fewer)
        precision = str(choose_precision("auto", device)).removeprefix("torch.")
        rows += [
            Row.of(f"{what}, {precision}", "by itself", "ms", [1000 * here]),
            Row.of(f"{what}, {precision}", "the processor of this machine", FASTER, [there / here]),
        ]
    large = noise_trainer(attention=False, steps=amount.steps, device=device, changes=amount.changes)
    rows.append(Row.of("training step without attention", "by itself", "ms", [1000 * _step_seconds(large, amount)]))
    if device.type == "cuda":
        rows += _on_gpu(device, amount)
    return rows


def _on_gpu(device: torch.device, amount: Amount) -> list[Row]:
    """Measure what only a GPU has: memory of its own, and a library that can choose its algorithms by trying."""
    torch.cuda.reset_peak_memory_stats(device)
    plain = _step_seconds(_trainer(device, amount), amount)
    peak = torch.cuda.max_memory_allocated(device) / 2**20
    torch.backends.cudnn.benchmark = True
    tuned = _step_seconds(_trainer(device, amount), amount)
    torch.backends.cudnn.benchmark = False
    return [
        Row.of("training step: peak memory of the GPU", "by itself", "MiB", [peak]),
        Row.of(
            "training step, cuDNN's algorithms chosen by trying", "chosen by rule, as it is", FASTER, [plain / tuned]
        ),
    ]


def _variant(device: torch.device, amount: Amount) -> Row:
    """Train a variant of ``make paper`` whole, on clips of noise, or work out how long it would take."""
    params = load_params()
    epochs = params.paper.epochs
    steps = epochs * params.train.steps_per_epoch
    each = _step_seconds(_trainer(device, amount), amount)
    what = f"training of a variant of `make paper` ({steps} steps)"
    if each * steps > amount.seconds:
        return Row.of(what, f"worked out from {amount.steps} steps", "min", [each * steps / 60])
    trainer = noise_trainer(attention=True, steps=epochs, device=device, changes=amount.changes)
    return Row.of(what, "whole, clips of noise", "min", [_timed(device, lambda: trainer.run()) / 60])


def _trainer(device: torch.device, amount: Amount) -> Trainer:
    return noise_trainer(attention=True, steps=amount.steps, device=device, changes=amount.changes)


def _step(trainer: Trainer) -> None:
    trainer.step(trainer.objective.draw(trainer.generator))


def _step_seconds(trainer: Trainer, amount: Amount) -> float:
    """Time steps as training makes them, one after the other without waiting in between."""
    for _ in range(amount.warm):
        _step(trainer)

    def steps() -> None:
        for _ in range(amount.steps):
            _step(trainer)

    return _timed(trainer.device, steps) / amount.steps


def _embedding_seconds(trainer: Trainer, amount: Amount) -> float:
    """Time the embedding of a clip, in batches."""

    def embed() -> None:
        for _ in range(amount.steps):
            embed_clips(trainer.network, trainer.bank, batch=BATCH, device=trainer.device, precision=trainer.precision)

    embed()
    return _timed(trainer.device, embed) / amount.steps / len(trainer.bank)


def _timed(device: torch.device, work: Callable[[], object]) -> float:
    """Time work until the device has done it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    started = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
