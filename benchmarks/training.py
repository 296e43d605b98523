"""Training and embedding against the plain layers in eager float32, as PyTorch runs them out of the box.

Each way runs in a process of its own, in turns, so that neither inherits the other's memory. Run from the top folder:
``python -m benchmarks --only training``; ``python -m benchmarks.training --profile`` tells where a step's time goes.
"""

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from benchmarks.alone import alone, peak_mebibytes
from benchmarks.floor import floor_work, share_in_products
from benchmarks.memory import noise_trainer
from benchmarks.ratio import seconds
from benchmarks.row import FASTER, SMALLER, Row
from pipeline.nn.device import autocast, choose_precision, keep_memory
from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.objectives.loss import contrastive_loss, squared_distance
from pipeline.nn.training.optimiser import adam

PAPER = {
    "frames": 256,
    "bins": 96,
    "channels": 128,
    "bottleneck": 64,
    "cardinality": 4,
    "hidden": 1024,
    "dropout": 0.1,
    "embedding": 16,
}
PAIRS = 32
FEW_PAIRS = 2
PLAIN = "plain layers, eager float32"


@dataclass(frozen=True)
class Kind:
    """A kind of work, and the targets of its time and its peak memory."""

    what: str
    trains: bool
    attention: bool = True
    precision: str = "auto"
    faster: float | None = None
    smaller: float | None = None


STEP = Kind("training step", trains=True, faster=10, smaller=2)
EMBEDDING = Kind("embedding clips", trains=False, faster=10)
KINDS = (
    STEP,
    Kind("training step without attention", trains=True, attention=False, faster=4),
    EMBEDDING,
    Kind("embedding clips in float32", trains=False, precision="float32"),
)


def measure(quick: bool) -> list[Row]:
    """Measure all kinds on the processor, and on the GPU where there is one; then what a step's time goes into."""
    pairs, rounds, repetitions = (FEW_PAIRS, 1, 1) if quick else (PAIRS, 3, 5)
    rows = []
    with tqdm(total=2 * len(KINDS) * rounds, desc="training", unit=" rounds") as bar:
        for device in ("cpu", "cuda"):
            for kind in KINDS:
                runs = []
                for _ in range(rounds):
                    runs.append(_both_ways(kind, device, pairs, repetitions))
                    bar.update()
                rows += _compare(kind, device, pairs, [found for found in runs if found])
    return [*rows, alone(waiting, repetitions), *alone(profile, pairs, repetitions)]


@dataclass(frozen=True)
class Run:
    """What one process measured: the median time, the peak of its memory, and in which precision it ran."""

    seconds: float
    mebibytes: float
    precision: str


def _both_ways(kind: Kind, device: str, pairs: int, repetitions: int) -> tuple[Run, Run] | None:
    """Run the plain layers, then ours; nothing where there is no such device."""
    if device == "cuda" and not torch.cuda.is_available():
        return None
    plain, ours = (alone(run, kind, fast, device, pairs, repetitions) for fast in (False, True))
    return plain, ours


def _compare(kind: Kind, device: str, pairs: int, runs: list[tuple[Run, Run]]) -> list[Row]:
    amount = f"{pairs} pairs" if kind.trains else f"{pairs} clips"
    precision = f", {runs[0][1].precision}" if runs else ""
    what = f"{kind.what} ({amount}{precision}{', GPU' if device == 'cuda' else ''})"
    time = Row.of(what, PLAIN, FASTER, [plain.seconds / ours.seconds for plain, ours in runs])
    memory = Row.of(f"{what}: peak memory", PLAIN, SMALLER, [plain.mebibytes / ours.mebibytes for plain, ours in runs])
    return [time.should(be_at_least=kind.faster), memory.should(be_at_least=kind.smaller)]


def run(kind: Kind, fast: bool, device_name: str, pairs: int, repetitions: int) -> Run:
    """Time one kind of work in this process."""
    if fast:
        keep_memory()
    device = torch.device(device_name)
    precision = choose_precision(kind.precision if fast else "float32", device)
    work = prepare(kind, fast, device, pairs, precision)
    times = [seconds(work) for _ in range(2 + repetitions)][2:]
    on_gpu = device.type == "cuda"
    peak = torch.cuda.max_memory_allocated(device) / 2**20 if on_gpu else peak_mebibytes()
    return Run(statistics.median(times), peak, str(precision).removeprefix("torch."))


def prepare(kind: Kind, fast: bool, device: torch.device, pairs: int, precision: torch.dtype) -> Callable[[], None]:
    """Make the paper's network and clips, and return the work to be timed."""
    network = seeded_network(PAPER | {"attention": kind.attention}, np.random.SeedSequence(0), device)
    assert isinstance(network, StyleNetwork)
    if not fast:
        network.__class__ = PlainNetwork
    count = 2 * pairs if kind.trains else pairs
    clips = (60 * torch.rand(count, 1, 256, 96, generator=torch.Generator().manual_seed(0))).to(device)
    return (_training if kind.trains else _embedding)(network, clips, precision)


class PlainNetwork(StyleNetwork):
    """The network whose convolutions are always the plain layers."""

    def time_steps(self, clips: Tensor) -> Tensor:
        """Run the plain convolutions."""
        return self.plain_maps(clips).transpose(1, 2).flatten(2)


def _training(network: StyleNetwork, clips: Tensor, precision: torch.dtype) -> Callable[[], None]:
    optimiser = adam(network.train(), 1e-4, 1e-6)
    pairs = len(clips) // 2
    same = torch.arange(pairs, device=clips.device) < pairs // 2

    def step() -> None:
        with autocast(clips.device, precision):
            vectors = network(clips)
        optimiser.zero_grad(set_to_none=True)
        contrastive_loss(squared_distance(*vectors.float().chunk(2)), same, 1.0).backward()
        optimiser.step()
        _finish(clips.device)

    return step


def _embedding(network: StyleNetwork, clips: Tensor, precision: torch.dtype) -> Callable[[], None]:
    network.eval()

    def embed() -> None:
        with torch.inference_mode(), autocast(clips.device, precision):
            network(clips)
        _finish(clips.device)

    return embed


def _finish(device: torch.device) -> None:
    """Wait for the GPU, which works on after a call has returned."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def profile(pairs: int, repetitions: int) -> list[Row]:
    """Show how much of a step is products and convolutions, and how long these take with nothing around them."""
    keep_memory()
    device = torch.device("cpu")
    precision = choose_precision("auto", device)
    step = prepare(STEP, True, device, pairs, precision)
    floor = floor_work(2 * pairs, precision)
    step()
    floor()
    embed = prepare(EMBEDDING, True, device, pairs, precision)
    embed()
    inside, inside_embedding, alone_shares = [], [], []
    for _ in tqdm(range(repetitions), desc="profile", unit=" steps"):
        inside.append(share_in_products(step))
        inside_embedding.append(share_in_products(embed))
        alone_shares.append(seconds(floor) / seconds(step))
    name, against = str(precision).removeprefix("torch."), f"one training step ({pairs} pairs)"
    return [
        Row.of(f"matrix products and convolutions within a step, {name}", against, "of the threads' time", inside),
        Row.of(
            f"matrix products and convolutions while embedding, {name}",
            f"embedding {pairs} clips",
            "of the threads' time",
            inside_embedding,
        ),
        Row.of(f"the convolutional layers' products alone, in a loop, {name}", against, "of the time", alone_shares),
    ]


def waiting(steps: int) -> Row:
    """Take the share of a training step in which it waits for its clips, over clips of noise in memory."""
    keep_memory()
    trainer = noise_trainer(attention=True, steps=steps)
    shares = []
    for _ in tqdm(range(1 + steps), desc="waiting for clips", unit=" steps"):
        batch = trainer.objective.draw(trainer.generator)
        before = trainer.waited
        whole = seconds(partial(trainer.step, batch))
        shares.append((trainer.waited - before) / whole)
    what = f"waiting for clips ({len(batch.clip_numbers) // 2} pairs)"
    return Row.of(what, "one training step", "of the time", shares[1:]).should(be_at_most=0.03)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", action="store_true", help="only show what a training step's time goes into")
    parser.add_argument("--quick", action="store_true", help="two pairs, once: whether it runs at all")
    chosen = parser.parse_args()
    pairs, repetitions = (FEW_PAIRS, 1) if chosen.quick else (PAIRS, 5)
    for row in profile(pairs, repetitions) if chosen.profile else measure(chosen.quick):
        print(row)


if __name__ == "__main__":
    main()
