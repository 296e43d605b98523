"""A training step on a busy machine: how much longer it takes beside one and two processes that never rest.

With two cores, fair shares are 1.5 and 2 times the quiet step if the work can be handed out in any way, and more where
one thread waits for another. Each way of waiting runs in processes of its own, in turns: threads that sleep while they
wait, as the stages have it, and threads that spin, as OpenMP does by default.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from tqdm import tqdm

from benchmarks.row import FASTER, Row

# The count is what GNU's OpenMP takes where neither variable is set.
WAITS = {
    "sleeping": {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"},
    "spinning": {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "300000"},
}
LOADS = (0, 1, 2)
# Times the quiet step, by the number of busy processes.
AT_MOST = {1: 1.7, 2: 1.85}
STEPS, ROUNDS = 8, 3
SPIN = "while True: pass"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=STEPS, help="of each measurement, after two that do not count")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(step_seconds(arguments.steps))
        return
    for row in compare(arguments.steps, arguments.rounds):
        print(row)


def measure(quick: bool) -> list[Row]:
    """Measure a step by itself and under load."""
    return compare(1, 1) if quick else compare(STEPS, ROUNDS)


def compare(steps: int, rounds: int) -> list[Row]:
    """Measure every way of waiting under every load, in turns."""
    found: dict[tuple[str, int], list[float]] = {}
    for _ in tqdm(range(rounds), desc="load", unit=" rounds"):
        for load in LOADS:
            for wait in WAITS:
                with busy(load):
                    found.setdefault((wait, load), []).append(_measure_apart(wait, steps))
    return [*(row for wait in WAITS for row in _under_load(wait, found)), _when_quiet(found)]


def _under_load(wait: str, found: dict[tuple[str, int], list[float]]) -> list[Row]:
    """Compare each round's steps under load with the same round's quiet one."""
    rows = []
    for load, beside in ((1, "one busy process"), (2, "two busy processes")):
        ratios = [busy_step / quiet for busy_step, quiet in zip(found[wait, load], found[wait, 0], strict=True)]
        row = Row.of(f"training step beside {beside}, threads {wait}", "the quiet step", "x the time", ratios)
        rows.append(row.should(be_at_most=AT_MOST[load]) if wait == "sleeping" else row)
    return rows


def _when_quiet(found: dict[tuple[str, int], list[float]]) -> Row:
    ratios = [spun / slept for spun, slept in zip(found["spinning", 0], found["sleeping", 0], strict=True)]
    return Row.of("quiet training step, threads sleeping", "threads spinning", FASTER, ratios)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep so many other processes busy inside the context."""
    running = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in running:
            one.kill()
            one.wait()


def step_seconds(steps: int) -> float:
    """Train so many steps, after two that do not count, and return the median of their seconds."""
    from benchmarks.memory import noise_trainer
    from pipeline.nn.device import keep_memory

    keep_memory()
    trainer = noise_trainer(attention=True, steps=steps + 2)
    ended = [time.monotonic()]
    trainer.run(lambda _: ended.append(time.monotonic()))
    took = [after - before for before, after in pairwise(ended)]
    return statistics.median(took[2:])


def _measure_apart(wait: str, steps: int) -> float:
    command = [sys.executable, "-m", "benchmarks.load", "--measure", "--steps", str(steps)]
    done = subprocess.run(command, env=os.environ | WAITS[wait], capture_output=True, text=True, check=True)
    # Before it the training may say that it collapses: the clips are noise.
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
