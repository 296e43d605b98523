"""How a stage starts and ends: help, one-line errors, one-line summary, and where a stage finds its files."""

import argparse
import errno
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import BadInputError, Interrupted
from pipeline.interruption import end_with_parent

CORPUS = Path("data/corpus")
RESAMPLED = Path("data/resampled")
VOICE = Path("data/voice")
FEATURES = Path("data/features")
SHARDS = Path("data/shards")
MODELS = Path("models")
EMBEDDINGS = Path("data/embeddings")
BASELINE = Path("data/baseline")
OUTCOMES = Path("data/outcomes")
METRICS = Path("metrics")
PLOTS = Path("metrics/plots")
INTERRUPTED = 130
"""Status of a stage that was told to stop: what a shell gives for Ctrl-C."""


NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""What the system says when a disk, or one's share of it, is full; HDF5 puts the number into its text alone."""


def run(stage: Callable[[], str], doc: str | None) -> None:
    """Run a stage from the command line and print its summary; it ends when the process that started it does.

    Parameters
    ----------
    stage : callable
        Does the work and returns one line that says what it did.
    doc : str
        The stage module's docstring; ``--help`` prints it.

    Raises
    ------
    SystemExit
        With status 1 and one line on standard error when the input is at fault or the disk is full, with 130 when
        told to stop.
    """
    name = Path(sys.argv[0]).stem
    argparse.ArgumentParser(
        prog=f"python -m pipeline.{name}",
        description=doc,
        epilog="Every setting comes from params.yaml; `dvc repro` runs the stages in order and skips what is done.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    end_with_parent()
    started = time.monotonic()
    try:
        summary = stage()
    except BadInputError as fault:
        print(f"{name}: error: {fault}", file=sys.stderr)
        raise SystemExit(1) from None
    except (Interrupted, KeyboardInterrupt) as stop:
        print(f"{name}: {str(stop) or 'interrupted'}", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except OSError as fault:
        if fault.errno not in NO_ROOM and f"errno = {errno.ENOSPC}" not in str(fault):
            raise
        print(f"{name}: error: no room on the disk ({fault}); free some and run it again", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"{name}: {summary} ({time.monotonic() - started:.1f} s)")


def fresh_folder(path: Path) -> Path:
    """Empty and make the folder that a stage writes, so that nothing of an earlier run stays in it."""
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    return path
