"""Kill the tiny pipeline at random moments, many times, and compare what it ends with to an uninterrupted run.

Run from the top folder: ``make faults`` or ``python -m benchmarks.faults --rounds 50 --seed 0``. A round does what
``make repro`` does and, unless it ends before, strikes at a random moment: kill -9 of DVC and its stage, of DVC alone,
or of the stage alone; or Ctrl-C. The next round goes on with what is there. When a run ends whole, the hashes of all
outputs in its dvc.lock must be those of the uninterrupted run, and the next round begins with a fresh clone.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from pipeline.studies.leftovers import RWLOCK, mend_lock
from tests.tiny_repository import Repository, start_repository

# Training lasts long enough to be struck between two checkpoints.
PARAMS: dict[str, Any] = {"train.max_epochs": 60, "train.validate_every": 20}
# Moments are drawn from this range of the time of an uninterrupted run.
SHORTEST_SHARE, LONGEST_SHARE = 0.01, 0.2
STRIKES = ("kill -9 of all", "kill -9 of dvc", "kill -9 of the stage", "Ctrl-C")


@dataclass
class Outcome:
    """What became of the rounds.

    Attributes
    ----------
    strikes : int
        Rounds in which a run was ended.
    whole : int
        Runs that ended whole.
    faults : list of str
        What went wrong: outputs that differ, or a run that failed by itself.
    """

    strikes: int = 0
    whole: int = 0
    faults: list[str] = field(default_factory=list)


def inject(
    folder: Path,
    rounds: int,
    seed: int,
    *,
    say: Callable[[str], None] = print,
    params: dict[str, Any] = PARAMS,
    target: str = "",
) -> Outcome:
    """Run once undisturbed, then `rounds` times with a strike, and once more to the end.

    Parameters
    ----------
    folder : Path
        Where the clones are made.
    rounds, seed : int
        Number of strikes, and what decides their kinds and moments.
    say : callable
        Takes a line a round.
    params : dict
        Changes to the tiny parameters.
    target : str
        The last stage; all of them without it.
    """
    command = ["dvc", "repro", *target.split()]
    generator = np.random.default_rng(seed)
    started = time.monotonic()
    reference = start_repository(_made(folder / "undisturbed"), params)
    reference.type(" ".join(command))
    seconds, expected = time.monotonic() - started, reference.output_hashes()
    say(f"undisturbed: {seconds:.0f} s, {len(expected)} outputs")
    outcome, victim = Outcome(), None
    for number in [*range(1, rounds + 1), None]:
        victim = victim or start_repository(_made(folder / f"run-{outcome.whole + 1}"), params)
        strike = STRIKES[int(generator.integers(len(STRIKES)))]
        moment = float(generator.uniform(SHORTEST_SHARE, LONGEST_SHARE)) * seconds if number else None
        if mend_lock(victim.folder / RWLOCK):
            say("DVC's own lock was left half written: removed, as make repro does")
        ended, log = run_until(victim, command, moment, strike)
        stage = (re.findall(r"Running stage '(\w+)'", log) or ["(before the first)"])[-1]
        if not ended:
            outcome.strikes += 1
            say(f"round {number}: {strike} after {moment:.1f} s, in stage {stage}")
            continue
        outcome.faults += _compare(victim, expected, log)
        outcome.whole += 1
        say(f"round {number or 'last'}: ended whole" + "".join(f"; {fault}" for fault in outcome.faults))
        victim = None
    return outcome


def run_until(repository: Repository, command: list[str], moment: float | None, strike: str) -> tuple[bool, str]:
    """Type a command and strike after `moment` seconds; tell whether it ended before, and what it printed."""
    log = repository.folder / ".git" / "faults.log"
    with log.open("w") as printed:
        dvc = subprocess.Popen(
            command,
            cwd=repository.folder,
            env=repository.environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            dvc.wait(moment)
        except subprocess.TimeoutExpired:
            _strike(dvc, strike)
            dvc.wait()
            return False, log.read_text()
    return True, log.read_text()


def _strike(dvc: subprocess.Popen[bytes], strike: str) -> None:
    if strike == "kill -9 of all":
        os.killpg(dvc.pid, signal.SIGKILL)
    elif strike == "kill -9 of dvc":
        dvc.kill()
    elif strike == "kill -9 of the stage":
        for child in psutil.Process(dvc.pid).children():
            child.kill()
    else:
        os.killpg(dvc.pid, signal.SIGINT)


def _compare(repository: Repository, expected: dict[str, str], log: str) -> list[str]:
    if "ERROR" in log:
        return [f"failed by itself: {log[-2000:]}"]
    found = repository.output_hashes()
    return [f"{path} differs" for path in sorted(found.keys() | expected) if found.get(path) != expected.get(path)]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50, help="rounds, each with one strike (default 50)")
    parser.add_argument("--seed", type=int, default=0, help="seed of moments and strikes (default 0)")
    parser.add_argument("--stage", default="", help="the last stage to run (default: all)")
    arguments = parser.parse_args()
    options = {"rounds": arguments.rounds, "seed": arguments.seed, "target": arguments.stage}
    with tempfile.TemporaryDirectory() as folder:
        outcome = inject(Path(folder), **options, say=lambda line: print(line, flush=True))
    for fault in outcome.faults:
        print(fault)
    verdict = "all outputs identical to the undisturbed run's" if not outcome.faults else "NOT all outputs identical"
    print(f"{outcome.strikes} strikes, {outcome.whole} runs ended whole: {verdict}")
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
