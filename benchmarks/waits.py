"""Where work makes the processor wait for the GPU: by PyTorch's own debugging of synchronisation."""

import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

TOP = Path(__file__).parents[1]
OURS = ("pipeline", "benchmarks", "tests")
SAID = "synchronizing"


def find_waits(work: Callable[[], object]) -> list[str]:
    """Do the work, and list the lines of this project, ``file:line``, at which it waited for the GPU.

    What PyTorch does not report it cannot list: `torch.cuda.set_sync_debug_mode` names these. A line that waited
    several times is listed as often.
    """
    found: list[str] = []

    def note(message: Warning | str, category: type[Warning], file: str, line: int, *_: object) -> None:
        if SAID in str(message):
            found.append(_place() or f"{file}:{line}")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note  # type: ignore[assignment]
        torch.cuda.set_sync_debug_mode("warn")
        try:
            work()
        finally:
            torch.cuda.set_sync_debug_mode("default")
    return found


def _place() -> str | None:
    """Return the innermost line of this project that is running; None on a thread of PyTorch's own."""
    for frame in reversed(traceback.extract_stack()):
        file = Path(frame.filename)
        if file != Path(__file__) and file.is_relative_to(TOP) and file.relative_to(TOP).parts[0] in OURS:
            return f"{file.relative_to(TOP)}:{frame.lineno}"
    return None
