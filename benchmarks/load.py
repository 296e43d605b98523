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

# The count is what GNU's OpenMP takes where neither variable is set.
WAITS = {
    "sleeping": {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"},
    "spinning": {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "300000"},
}
LOADS = (0, 1, 2)
SPIN = "while True: pass"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=8, help="steps of each measurement, after two that do not count")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(measure(arguments.steps))
    else:
        compare(arguments.steps, arguments.rounds)


def compare(steps: int, rounds: int) -> None:
    """Measure every way of waiting under every load, in turns, and print medians and ratios."""
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for load in LOADS:
            for wait in WAITS:
                with busy(load):
                    found.setdefault((wait, load), []).append(_measure_apart(wait, steps))
    for wait in WAITS:
        quiet, one, two = (statistics.median(found[wait, load]) for load in LOADS)
        print(
            f"threads {wait} while they wait: {quiet:.2f} s a step quiet; "
            f"{one / quiet:.2f} times beside one busy process, {two / quiet:.2f} times beside two"
        )


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


def measure(steps: int) -> float:
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
