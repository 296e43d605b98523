"""Run DVC experiments one after the other, each once, and read their results.

An experiment runs as `dvc exp run --temp`: in a folder of its own beside the work tree, with the run cache of the
repository, so that only what its parameters change is computed. DVC's queue is not used: killed, it leaves tasks marked
as running, a broker's files and a worker in the background, and the next worker starts them all over. Here nothing is
queued: what is left to do follows from what is finished, and a killed run leaves everything in one folder (see
`pipeline.studies.leftovers`).

An experiment is finished when a commit of its name exists with the sources, data and parameters requested (see
`pipeline.studies.fingerprint`); experiments of older code have other names and do not count.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pipeline.errors import BadInputError
from pipeline.params import read_raw
from pipeline.runtime.metrics import parse_fields
from pipeline.studies.fingerprint import fingerprint, git, read_yaml
from pipeline.studies.leftovers import clear_away, mend_lock

SOURCES = ("dvc.yaml", "pipeline", "singing_style", "data/raw")
SCRATCH = Path(".scratch/experiments")
# The stage whose figures `dvc exp show` prints. It is always run, else an experiment would show the figures of the
# commit that it began from. It measures nothing, so that no fingerprint holds it.
SHOWN = "summary"
POLL_SECONDS = 0.2
REPEAT = "`dvc exp remove` the experiment, and run it again"


@dataclass(frozen=True)
class Experiment:
    """An experiment on the present commit.

    Attributes
    ----------
    name : str
        The name under which DVC lists it; ends with its fingerprint.
    settings : mapping of str to object
        The parameters it sets, by path.
    targets : tuple of str
        The stages it runs, with all before them.
    """

    name: str
    settings: Mapping[str, object]
    targets: tuple[str, ...]


class FailedExperimentError(BadInputError):
    """An experiment ended without a result; the message is its last report of the fault."""


def experiment_of(label: str, settings: Mapping[str, object], targets: tuple[str, ...]) -> Experiment:
    """Return the experiment named after its label and the fingerprint of all that its result depends on."""
    return Experiment(f"{label}-{fingerprint('HEAD', targets, settings)}", dict(settings), targets)


def find_experiment(experiment: Experiment) -> str | None:
    """Find the commit of a finished experiment, whatever commit it was run on; None if there is none."""
    for revision in git("for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{experiment.name}").split():
        if experiment.name.endswith(fingerprint(revision, experiment.targets, {})):
            return revision
    return None


def commit_of(revision: str) -> str:
    """Return the commit that an experiment was run on, abbreviated."""
    return git("rev-parse", "--short", f"{revision}^")


def read_committed(revision: str, path: str) -> Any:
    """Read a metrics file from an experiment or a commit.

    Raises
    ------
    BadInputError
        It is not there, or not as this version writes it.
    """
    text = git("show", f"{revision}:{path}")
    return parse_fields(text, Path(path), f"{revision[:10]}: {path}", REPEAT)


def read_output(revision: str, path: str) -> bytes:
    """Read a file that DVC keeps in its cache, as an experiment or a commit has it.

    Raises
    ------
    BadInputError
        It is not there, nor in the cache.
    """
    import dvc.api
    from dvc.exceptions import DvcException
    from dvc_data.index import DataIndexDirError

    try:
        return bytes(dvc.api.read(path, rev=revision, mode="rb"))
    except (FileNotFoundError, DataIndexDirError, DvcException) as fault:
        raise BadInputError(f"{revision[:10]}: no {path} there, nor in the cache ({fault}); {REPEAT}") from None


def check_committed() -> None:
    """Check that the work tree is committed, so that it is known what an experiment ran.

    Raises
    ------
    BadInputError
        Sources, data or parameters differ from the commit.
    """
    changed = [line[3:] for line in git("status", "--porcelain", "--", *SOURCES).splitlines()]
    if read_raw() != read_yaml("HEAD", "params.yaml"):  # by value: `dvc exp run -S` writes 0.000001 as 1e-06
        changed.append("params.yaml")
    if changed:
        raise BadInputError(f"commit {', '.join(changed)} first: an experiment belongs to a commit")


def check_place(top: Path) -> None:
    """Check that DVC can run experiments in a repository: in folders of their own it fails below a non-ASCII path.

    Raises
    ------
    BadInputError
        The path has other letters than ASCII.
    """
    if not str(top).isascii():
        raise BadInputError(
            f"{top}: DVC runs no experiments (--temp, queue) below a path with letters beyond ASCII; move or clone the "
            "repository to a path without them"
        )


@contextmanager
def locked(*prefixes: str) -> Iterator[IO[bytes]]:
    """Lock the experiments with these prefixes for this process, and remove what a killed run left.

    The lock is passed on to each run, so that it outlives this process as long as its run goes on; the next process
    waits for that run, and then finds it finished.

    Parameters
    ----------
    *prefixes : str
        Prefixes of the names of all experiments that are run under this lock.

    Raises
    ------
    BadInputError
        DVC runs none here; see `check_place`.
    """
    check_place(Path.cwd())
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with (SCRATCH / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("an experiment is still running here; waiting for it to end", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        mend_lock()
        clear_away(prefixes)
        yield lock


def run_experiment(experiment: Experiment, lock: IO[bytes]) -> str:
    """Run an experiment to its end, showing its output, and return its commit.

    Parameters
    ----------
    experiment : Experiment
    lock : file
        From `locked`.

    Raises
    ------
    FailedExperimentError
        It fails, or sources are changed while it runs.
    """
    log = SCRATCH / f"{experiment.name}.log"
    options = setting_options(experiment.settings)
    command = ["dvc", "exp", "run", "--temp", "--name", experiment.name, *options, *experiment.targets, SHOWN]
    status = _show_and_keep([sys.executable, "-m", *command], log, lock)
    revision = find_experiment(experiment)
    if revision:
        return revision
    said = log.read_text(encoding="utf-8", errors="replace")
    raise FailedExperimentError(f"{_last_fault(said, status)} (all of it: {log})")


def setting_options(settings: Mapping[str, object]) -> list[str]:
    """Return the options of `dvc exp run` that set parameters, by path.

    Examples
    --------
    >>> setting_options({"network.attention": True, "corpus.name": ["demo", "vocalset"]})
    ['-S', 'network.attention=true', '-S', 'corpus.name=[demo,vocalset]']
    """
    return [word for path, value in settings.items() for word in ("-S", f"{path}={_as_yaml(value)}")]


def _as_yaml(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_as_yaml, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _show_and_keep(command: list[str], log: Path, lock: IO[bytes]) -> int:
    """Run a command that writes to a file, which outlives this process, and show its output."""
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    with (
        log.open("wb") as kept,
        log.open("rb") as said,
        subprocess.Popen(
            command, env=environment, stdout=kept, stderr=subprocess.STDOUT, pass_fds=[lock.fileno()]
        ) as process,
    ):
        ended = False
        while not ended:
            ended = process.poll() is not None
            sys.stdout.buffer.write(said.read())
            sys.stdout.buffer.flush()
            time.sleep(0 if ended else POLL_SECONDS)
    return process.returncode


def _last_fault(said: str, status: int) -> str:
    """Find the last line that reports a fault, preferably a stage's, else DVC's."""
    lines = [line.strip() for line in said.replace("\r", "\n").splitlines() if line.strip()]
    for sign in (": error: ", "Error: ", "ERROR: "):
        of_its_kind = [line for line in lines if sign in line]
        if of_its_kind:
            return of_its_kind[-1]
    if status == 0:
        return "sources, data or parameters were changed while it ran"
    return f"killed by signal {-status}" if status < 0 else f"dvc ended with status {status}"
