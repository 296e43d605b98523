"""Checkpoints of a long computation: tensors in safetensors, the rest in JSON, each with a checksum.

A checkpoint is two files, ``000000120.safetensors`` and ``000000120.json``. The second is written last and holds the
checksum of the first, so a checkpoint exists when its JSON does.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipeline.runtime.files import TEMPORARY, written_whole

KEPT = 2


@dataclass(frozen=True)
class Checkpoint:
    """What is kept of one step.

    Attributes
    ----------
    step : int
    tensors : dict of str to Tensor
        On the CPU.
    record : dict
        Anything that JSON can hold.
    """

    step: int
    tensors: dict[str, Tensor]
    record: dict[str, Any]


class CheckpointFolder:
    """The last two checkpoints of one computation.

    Parameters
    ----------
    path : Path
        An existing folder.
    report : callable
        Receives the line that reports a damaged checkpoint.
    """

    def __init__(self, path: Path, report: Callable[[str], None] = print) -> None:
        self.path, self._report = path, report

    def write(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint, then remove all before the last two, and the remains of unfinished writes.

        Raises
        ------
        OSError, SafetensorError
            It cannot be written; the earlier ones are untouched.
        """
        tensors, record = self._files(checkpoint.step)
        with written_whole(tensors) as temporary:
            save_file({name: tensor.contiguous() for name, tensor in checkpoint.tensors.items()}, temporary)
            checksum = _checksum(temporary)
        content = {"tensors": checksum, "record": checkpoint.record}
        with written_whole(record) as temporary:
            temporary.write_text(json.dumps({"checksum": _text_checksum(content)} | content))
        self._tidy()

    def newest(self) -> Checkpoint | None:
        """Read the newest whole checkpoint; damaged ones are reported, and the one before is tried."""
        for step in sorted(self.steps(), reverse=True):
            try:
                return self._read(step)
            except (OSError, ValueError, KeyError, TypeError, SafetensorError) as fault:
                reason = " ".join(str(fault).split())[:200]
                self._report(f"checkpoint of step {step} is damaged ({reason}); trying the one before it")
        return None

    def steps(self) -> list[int]:
        """List the steps that have a checkpoint, whole or damaged."""
        return [int(path.stem) for path in self.path.glob("*.json") if path.stem.isdigit()]

    def _read(self, step: int) -> Checkpoint:
        tensors, record = self._files(step)
        content = json.loads(record.read_text())
        if content.pop("checksum") != _text_checksum(content):
            raise ValueError(f"{record.name} does not match its checksum")
        if content["tensors"] != _checksum(tensors):
            raise ValueError(f"{tensors.name} does not match its checksum")
        return Checkpoint(step, load_file(tensors), content["record"])

    def _files(self, step: int) -> tuple[Path, Path]:
        return self.path / f"{step:09d}.safetensors", self.path / f"{step:09d}.json"

    def _tidy(self) -> None:
        kept = {path for step in sorted(self.steps())[-KEPT:] for path in self._files(step)}
        for path in self.path.iterdir():
            if path.suffix == TEMPORARY or (path.stem.isdigit() and path not in kept):
                path.unlink()


def _checksum(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _text_checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
