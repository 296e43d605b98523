"""The checkpoints of each computation, in a folder of its own, used by one process at a time."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import BadInputError
from pipeline.runtime.files import written_whole
from pipeline.storage.checkpoint import CheckpointFolder

Identity = dict[str, Any]
OTHERS_KEPT = 2
# Seconds to wait for another process: one whose parent has died takes a step to notice it, then writes a checkpoint
PATIENCE = 60.0
IDENTITY = "identity.json"


class CheckpointStore:
    """Folders ``<name>-<hash of identity>``; the identity is all that the computation's result depends on.

    Parameters
    ----------
    root : Path
        Holds the folders; created if missing.
    name : str
        Name of the program.
    report : callable
        Receives the lines that report other folders, waiting and damage.
    patience : float
        Seconds to wait for another process that uses the folder.
    """

    def __init__(
        self, root: Path, name: str, report: Callable[[str], None] = print, patience: float = PATIENCE
    ) -> None:
        self._root, self._name, self._report, self._patience = root, name, report, patience

    @contextmanager
    def claim(self, identity: Identity) -> Iterator[CheckpointFolder]:
        """Yield the folder of a computation, locked for this process, and remove it unless an exception is raised.

        The latest two folders of other computations are kept, in case one returns to them.

        Parameters
        ----------
        identity : dict
            Values that JSON can hold.

        Raises
        ------
        BadInputError
            Another process keeps using the folder.
        """
        text = json.dumps(identity, sort_keys=True)
        path = self._root / f"{self._name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        self._root.mkdir(parents=True, exist_ok=True)
        with self._held(path):
            path.mkdir(exist_ok=True)
            folder = CheckpointFolder(path, self._report)
            if not folder.steps():
                self._report_others(path, identity)
            with written_whole(path / IDENTITY) as temporary:
                temporary.write_text(text)
            self._prune(path)
            yield folder
            _remove(path)

    @contextmanager
    def _held(self, path: Path) -> Iterator[None]:
        """Lock a folder; the system releases the lock when the process ends, however it ends."""
        lock = FileLock(_lock_of(path))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self._wait(lock, path)
        try:
            _lock_of(path).write_text(str(os.getpid()))
            yield
        finally:
            lock.release()

    def _wait(self, lock: FileLock, path: Path) -> None:
        other = f"process {_holder(path)} is doing the same work"
        self._report(f"{other}; waiting up to {self._patience:g} s for it to end")
        try:
            lock.acquire(timeout=self._patience)
        except Timeout:
            raise BadInputError(f"{path}: {other}; stop it, or wait for it") from None

    def _others(self, path: Path) -> list[Path]:
        """List the folders of other computations: those with checkpoints first, and the latest first."""
        others = [other for other in self._root.glob(f"{self._name}-*") if other != path and other.is_dir()]
        return sorted(others, key=lambda other: (bool(_steps(other)), other.stat().st_mtime), reverse=True)

    def _report_others(self, path: Path, identity: Identity) -> None:
        for other in self._others(path)[:1]:
            if steps := _steps(other):
                changed = _differences(_read_identity(other), identity)
                self._report(f"starting afresh: {other.name}, which reached step {max(steps)}, differs in {changed}")

    def _prune(self, path: Path) -> None:
        for other in self._others(path)[OTHERS_KEPT:]:
            try:
                with FileLock(_lock_of(other), timeout=0):
                    _remove(other)
            except Timeout:
                continue


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _holder(folder: Path) -> str:
    """Return the number of the process that holds the lock, which may have ended, or not yet have written it."""
    try:
        return _lock_of(folder).read_text() or "(unknown)"
    except FileNotFoundError:
        return "(unknown)"


def _remove(folder: Path) -> None:
    """Remove a folder that this process has locked; a process that waits for the lock creates a new one."""
    shutil.rmtree(folder)
    _lock_of(folder).unlink()


def _steps(folder: Path) -> list[int]:
    return CheckpointFolder(folder).steps()


def _read_identity(folder: Path) -> Identity:
    try:
        identity = json.loads((folder / IDENTITY).read_text())
    except (OSError, ValueError):
        return {}
    return identity if isinstance(identity, dict) else {}


def _differences(old: Identity, new: Identity, prefix: str = "") -> str:
    names = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            names.append(_differences(before, after, f"{prefix}{name}."))
        elif before != after:
            names.append(f"{prefix}{name}")
    return ", ".join(filter(None, names))
