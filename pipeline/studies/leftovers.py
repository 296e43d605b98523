"""Remove what `dvc exp run --temp` leaves behind when it is killed.

DVC then keeps the run's folder (with links to its data), shows the experiment as running for ever, and, killed in its
first second, keeps the experiment in a stash from which the next run would resume it. The running stage may go on
alone. And DVC, killed while it writes the list of files in use, refuses to run until that file is removed.

``python -m pipeline.studies.leftovers`` removes such a file; ``make repro`` begins with it.
"""

import json
import shutil
import time
from pathlib import Path

import psutil

RUNS = Path(".dvc/tmp/exps/standalone")
# From this value on, DVC's states (`dvc.repo.experiments.executor.base.TaskStatus`) are failed, cancelled, finished
ENDED = 4

RWLOCK = Path(".dvc/tmp/rwlock")
# Longer than DVC takes to write that file: if it is still not JSON after this, it was left so
WRITING_SECONDS = 0.5


def mend_lock(lock: Path = RWLOCK) -> bool:
    """Remove DVC's list of files in use if a kill left it half written; return whether it did."""
    if _is_whole(lock):
        return False
    time.sleep(WRITING_SECONDS)
    if _is_whole(lock):
        return False
    lock.unlink(missing_ok=True)
    return True


def _is_whole(lock: Path) -> bool:
    try:
        json.loads(lock.read_bytes())
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return True


def clear_away(prefixes: tuple[str, ...]) -> None:
    """Remove unfinished runs of experiments, and stop their stages.

    Parameters
    ----------
    prefixes : tuple of str
        Prefixes of the experiments' names. None of them may be running; see `pipeline.studies.runs.locked`.
    """
    for report in RUNS.glob("run/*/*.run"):
        run = json.loads(report.read_text(encoding="utf-8"))
        folder = Path(run["root_dir"])
        ours = str(run["name"]).startswith(prefixes) and folder.is_relative_to(RUNS.resolve())
        if ours and run["status"] < ENDED:
            _stop_within(folder)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(report.parent)
    _forget_stashed(prefixes)


def _stop_within(folder: Path) -> None:
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                process.kill()
                process.wait(timeout=10)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def _forget_stashed(prefixes: tuple[str, ...]) -> None:
    from dvc.repo import Repo

    with Repo() as repo:
        stash = repo.experiments.tempdir_queue.stash
        stash.remove_revs([entry for entry in stash.stash_revs.values() if str(entry.name).startswith(prefixes)])


if __name__ == "__main__" and mend_lock():
    print(f"{RWLOCK}: left half written by a killed run; removed")
