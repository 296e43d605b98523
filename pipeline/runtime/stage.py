"""How a stage starts and ends, and where its files are."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import BadInputError
from pipeline.runtime.interruption import end_with_parent
from pipeline.runtime.program import one_line_faults, parser

RAW = Path("data/raw")
CORPUS = Path("data/corpus")
RESAMPLED = Path("data/resampled")
VOICE = Path("data/voice")
FEATURES = Path("data/features")
SHARDS = Path("data/shards")
MODELS = Path("models/style")
EMBEDDINGS = Path("data/embeddings")
BASELINE = Path("data/baseline")
DESCRIBED = Path("data/descriptors")
OUTCOMES = Path("data/outcomes")
METRICS = Path("metrics")
PLOTS = Path("metrics/plots")
PAGE = Path("report/index.html")
RELEASED_MODEL = Path("release/singing-style.safetensors")
RELEASED_CARD = Path("release/CARD.md")

# The way back from an experiment in the work tree: what its stages wrote before comes out of DVC's run cache.
WAY_BACK = "git restore params.yaml && dvc repro"
EPILOG = "Every setting comes from params.yaml; `dvc repro` runs the stages in order and skips what is done."


def run(stage: Callable[[], str], doc: str | None) -> None:
    """Run a stage from the command line and print its summary; it ends when its parent process does.

    Parameters
    ----------
    stage : callable
        Does the work and returns a summary of one line.
    doc : str
        The stage module's docstring; ``--help`` prints it.

    Raises
    ------
    SystemExit
        See `pipeline.runtime.program.one_line_faults`.
    """
    name = Path(sys.argv[0]).stem
    parser(f"pipeline.{name}", doc, EPILOG).parse_args()
    end_with_parent()
    started = time.monotonic()
    with _says_what_is_left(), one_line_faults(name):
        summary = stage()
    print(f"{name}: {summary} ({time.monotonic() - started:.1f} s)")


@contextmanager
def _says_what_is_left() -> Iterator[None]:
    """After a fault, say that DVC leaves in params.yaml what a failed experiment set."""
    try:
        yield
    except SystemExit:
        # DVC names an experiment to its stages; with --temp and in the queue they run in a folder of its own.
        if "DVC_EXP_NAME" in os.environ and Path(os.environ.get("DVC_ROOT", "")).resolve() == Path.cwd():
            print(f"params.yaml keeps what this experiment set; the way back: {WAY_BACK}", file=sys.stderr)
        raise


def raw_folder(name: str) -> Path:
    """Return the folder of a corpus in data/raw.

    Raises
    ------
    BadInputError
        It is not there.
    """
    raw = RAW / name
    if not raw.is_dir():
        raise BadInputError(f"{raw}: no such folder; bring it in: make corpus NAME={name} FROM=/path/to/folder")
    return raw


def fresh_folder(path: Path) -> Path:
    """Create the folder that a stage writes, removing everything that an earlier run left in it."""
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    return path
