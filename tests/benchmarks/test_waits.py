import inspect
import warnings

import pytest
import torch

from benchmarks.waits import find_waits

CUDA_SAYS = "called a synchronizing CUDA operation (Triggered internally at CUDAFunctions.cpp:105.)"


@pytest.fixture
def modes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands in for CUDA, and keeps the modes that are set."""
    asked: list[str] = []
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", asked.append)
    return asked


def wait() -> None:
    warnings.warn(CUDA_SAYS, UserWarning, stacklevel=1)


def test_lists_the_lines_that_wait_and_no_other_warnings(modes: list[str]) -> None:
    def work() -> None:
        wait()
        warnings.warn("something else", UserWarning, stacklevel=1)
        wait()

    line = inspect.getsourcelines(wait)[1] + 1
    assert find_waits(work) == 2 * [f"tests/benchmarks/test_waits.py:{line}"]
    assert modes == ["warn", "default"]


def test_debugging_is_switched_off_after_a_fault(modes: list[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        find_waits(lambda: 1 / 0)
    assert modes == ["warn", "default"]
