"""Run the pipeline in two clean clones with other numbers of processes and of threads, and compare all outputs.

Run from the top folder: ``make reproduce`` or ``python -m benchmarks.reproduce --corpus tiny``. Both clones are of the
last commit. The first has all cores, the second has one core and another default of threads. Network and embedding
compute with the threads that train.threads and embed.threads name, in both; where those say ``auto``, with two, since
sums that are split among threads depend on their number in the last digits.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.tiny_repository import TINY, Repository, set_params

TOP = Path(__file__).parents[1]
PINNED = 2
ONE_CORE = (
    "import os, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); os.execvp(sys.argv[1], sys.argv[1:])"
)


def clone(folder: Path, changes: dict[str, Any]) -> Repository:
    """Clone the last commit and change parameters."""
    subprocess.run(["git", "clone", "--quiet", "--no-local", str(TOP), str(folder)], check=True)
    set_params(folder / "params.yaml", changes)
    return Repository(folder)


def pinned_threads() -> dict[str, int]:
    """Name the numbers of threads that must be pinned because they are left open."""
    params = YAML(typ="safe").load(TOP / "params.yaml")
    return {f"{stage}.threads": PINNED for stage in ("train", "embed") if params[stage]["threads"] == "auto"}


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """List the outputs whose hashes differ, or that only one has."""
    return [path for path in sorted(one.keys() | other) if one.get(path) != other.get(path)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", choices=["tiny", "full"], default="tiny", help="tiny: minutes; full: params.yaml's")
    parser.add_argument("--stage", default="", help="the last stage to run (default: all)")
    arguments = parser.parse_args()
    changes = (TINY if arguments.corpus == "tiny" else {}) | pinned_threads()
    repro = f"dvc repro {arguments.stage}"
    if subprocess.run(["git", "status", "--porcelain"], cwd=TOP, capture_output=True, check=True).stdout:
        print("note: what is not committed is not in the clones")
    with tempfile.TemporaryDirectory() as folder:
        cores = len(os.sched_getaffinity(0))
        print(f"first clone: {cores} cores, {cores} threads by default", flush=True)
        first = clone(Path(folder) / "first", changes)
        first.type(f"OMP_NUM_THREADS={cores} {repro}")
        print(f"second clone: 1 core, {cores + 1} threads by default", flush=True)
        second = clone(Path(folder) / "second", changes)
        second.type(f"OMP_NUM_THREADS={cores + 1} {shlex.quote(sys.executable)} -c {shlex.quote(ONE_CORE)} {repro}")
        hashes = first.output_hashes()
        differing = differences(hashes, second.output_hashes())
    for path in differing:
        print(f"{path} differs")
    print(f"{len(hashes) - len(differing)} of {len(hashes)} outputs are the same in both clones")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
