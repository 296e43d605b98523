"""How a stage starts and ends: help, one-line errors, one-line summary, and where a stage finds its files."""

import argparse
import errno
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import soundfile

from pipeline.errors import BadInputError, Interrupted
from pipeline.runtime.interruption import end_with_parent

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
"""What the system says when a disk, or one's share of it, is full."""
NO_ROOM_SAID = tuple(text.format(number) for number in NO_ROOM for text in ("errno = {},", "(os error {})"))
"""How HDF5 and safetensors say so: they put the number into their text alone."""
SYSTEM_ERROR = 2
"""libsndfile's SF_ERR_SYSTEM, all that it says when the system refuses to write."""


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
    except Exception as fault:
        if not (line := _explain_disk(fault)):
            raise
        print(f"{name}: error: {line}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"{name}: {summary} ({time.monotonic() - started:.1f} s)")


def _explain_disk(fault: Exception) -> str | None:
    """Say what to do when something could not be written; None for any other fault."""
    said = " ".join(str(fault).split())
    if getattr(fault, "errno", None) in NO_ROOM or any(text in said for text in NO_ROOM_SAID):
        return f"no room on the disk ({said}); free some and run it again"
    if isinstance(fault, soundfile.LibsndfileError) and fault.code == SYSTEM_ERROR:
        return f"a sound file could not be written ({said}); is the disk full? Free some and run it again"
    return None


def fresh_folder(path: Path) -> Path:
    """Empty and make the folder that a stage writes, so that nothing of an earlier run stays in it."""
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    return path
