"""Training and embedding against the plain layers in eager float32, as PyTorch runs them out of the box.

Each way runs in a process of its own, in turns, so that neither inherits the other's memory; printed are the ratio of
the medians over all rounds and the peak memory of each. Run from the top folder: ``python -m benchmarks.training``.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from pipeline.nn.device import autocast, choose_device, choose_precision, keep_memory
from pipeline.nn.loss import contrastive_loss, squared_distance
from pipeline.nn.network import StyleNetwork, seeded_network
from pipeline.nn.trainer import adam

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
WORK = {
    "step": "training step, 32 pairs",
    "flat-step": "training step without attention",
    "embed": "embedding 32 clips",
    "embed-float32": "embedding 32 clips in float32",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="processes of each way (default: 3)")
    parser.add_argument("--repetitions", type=int, default=5, help="steps timed in each process (default: 5)")
    parser.add_argument("--only", choices=list(WORK), help="measure one kind of work")
    parser.add_argument("--run", nargs=2, metavar=("WAY", "WORK"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        way, work = arguments.run
        print(json.dumps(measure(way, work, arguments.repetitions)))
        return
    for row in compare([arguments.only] if arguments.only else list(WORK), arguments.rounds, arguments.repetitions):
        print(row)


def compare(works: list[str], rounds: int, repetitions: int) -> list[dict[str, Any]]:
    """Measure both ways in turns."""
    rows = []
    with tqdm(total=2 * rounds * len(works), desc="training", unit=" runs") as bar:
        for work in works:
            seconds: dict[str, list[float]] = {"plain": [], "fast": []}
            gigabytes: dict[str, list[float]] = {"plain": [], "fast": []}
            for _ in range(rounds):
                for way in ("plain", "fast"):
                    found = _spawn(way, work, repetitions)
                    seconds[way] += found["seconds"]
                    gigabytes[way].append(found["gigabytes"])
                    bar.update()
            medians = {way: statistics.median(times) for way, times in seconds.items()}
            peaks = {way: max(sizes) for way, sizes in gigabytes.items()}
            rows.append(
                {
                    "what": WORK[work],
                    "against": "plain layers, eager float32",
                    "ratio": round(medians["plain"] / medians["fast"], 2),
                    "memory_ratio": round(peaks["plain"] / peaks["fast"], 2),
                    "precision": found["precision"],
                }
            )
    return rows


def measure(way: str, work: str, repetitions: int) -> dict[str, Any]:
    """Time one kind of work in this process."""
    if way == "fast":
        keep_memory()
    device = choose_device()
    precision = choose_precision("auto" if way == "fast" and work != "embed-float32" else "float32", device)
    shape = PAPER | {"attention": work != "flat-step"}
    network = seeded_network(shape, np.random.SeedSequence(0), device)
    if way == "plain":
        network.__class__ = PlainNetwork
    clips = (60 * torch.rand(64, 1, 256, 96, generator=torch.Generator().manual_seed(0))).to(device)
    run = _training(network, clips, precision) if work.endswith("step") else _embedding(network, clips[:32], precision)
    for _ in range(2):
        run()
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": seconds, "gigabytes": peak, "precision": str(precision).removeprefix("torch.")}


class PlainNetwork(StyleNetwork):
    """The network whose convolutions are always the plain layers."""

    def time_steps(self, clips: Tensor) -> Tensor:
        """Run the plain convolutions."""
        return self.plain_maps(clips).transpose(1, 2).flatten(2)


def _training(network: StyleNetwork, clips: Tensor, precision: torch.dtype) -> Callable[[], None]:
    optimiser = adam(network.train(), 1e-4, 1e-6)
    same = torch.arange(32, device=clips.device) < 16

    def step() -> None:
        with autocast(clips.device, precision):
            vectors = network(clips)
        optimiser.zero_grad(set_to_none=True)
        contrastive_loss(squared_distance(*vectors.float().chunk(2)), same, 1.0).backward()
        optimiser.step()

    return step


def _embedding(network: StyleNetwork, clips: Tensor, precision: torch.dtype) -> Callable[[], None]:
    network.eval()

    def embed() -> None:
        with torch.inference_mode(), autocast(clips.device, precision):
            network(clips)

    return embed


def _spawn(way: str, work: str, repetitions: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.training", "--run", way, work, "--repetitions", str(repetitions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
