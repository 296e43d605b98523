"""Which checkpoints belong to which computation: a folder for each, used by one process at a time."""

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
PATIENCE = 60.0
"""Seconds to wait for another process: one whose parent has died needs a step to notice, and then writes a last
checkpoint."""
IDENTITY = "identity.json"


class CheckpointStore:
    """Folders ``<name>-<hash of identity>``, the identity being all on which the computation's result depends.

    Parameters
    ----------
    root : Path
        Holds the folders; made when missing.
    name : str
        What computes.
    say : callable
        Takes the lines that tell of other folders, of waiting and of damage.
    patience : float
        Seconds to wait for another process that uses the folder.
    """

    def __init__(self, root: Path, name: str, say: Callable[[str], None] = print, patience: float = PATIENCE) -> None:
        self._root, self._name, self._say, self._patience = root, name, say, patience

    @contextmanager
    def claim(self, identity: Identity) -> Iterator[CheckpointFolder]:
        """Give the folder of a computation, for this process alone; left without an exception, it is removed.

        Other folders are left for a return to what they belong to, but only the latest two.

        Parameters
        ----------
        identity : dict
            JSON values.

        Raises
        ------
        BadInputError
            Another process goes on using the folder.
        """
        text = json.dumps(identity, sort_keys=True)
        path = self._root / f"{self._name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        self._root.mkdir(parents=True, exist_ok=True)
        with self._held(path):
            path.mkdir(exist_ok=True)
            folder = CheckpointFolder(path, self._say)
            if not folder.steps():
                self._tell_of_others(path, identity)
            with written_whole(path / IDENTITY) as temporary:
                temporary.write_text(text)
            self._prune(path)
            yield folder
            _remove(path)

    @contextmanager
    def _held(self, path: Path) -> Iterator[None]:
        """Lock a folder; the system takes the lock back from a process that ends, however it ends."""
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
        other = f"process {_holder(path)} is at the same work"
        self._say(f"{other}; waiting up to {self._patience:g} s for it to end")
        try:
            lock.acquire(timeout=self._patience)
        except Timeout:
            raise BadInputError(f"{path}: {other}; stop it, or wait for it") from None

    def _others(self, path: Path) -> list[Path]:
        """List the folders of other computations: those that hold checkpoints first, the latest before the others."""
        others = [other for other in self._root.glob(f"{self._name}-*") if other != path and other.is_dir()]
        return sorted(others, key=lambda other: (bool(_steps(other)), other.stat().st_mtime), reverse=True)

    def _tell_of_others(self, path: Path, identity: Identity) -> None:
        for other in self._others(path)[:1]:
            if steps := _steps(other):
                changed = _differences(_read_identity(other), identity)
                self._say(f"starting afresh: {other.name}, which came to step {max(steps)}, had another {changed}")

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
    """Say which process has the lock; it may be gone by now, or not yet have written its number."""
    try:
        return _lock_of(folder).read_text() or "(unknown)"
    except FileNotFoundError:
        return "(unknown)"


def _remove(folder: Path) -> None:
    """Remove a folder that this process has locked; whoever waits for the lock makes a new one."""
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
