"""Processes of this machine: where the system has no semaphores, and on Ctrl-C while they start."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import joblib
import pytest

from pipeline.runtime import workers
from pipeline.runtime.workers import in_processes

TOP = Path(__file__).parents[2]
SLEEP = """
import time
from pipeline.runtime.program import one_line_faults
from pipeline.runtime.workers import in_processes
with one_line_faults("sleep"):
    print("ready", flush=True)
    list(in_processes(time.sleep, [0.2] * 40, 2))
"""


def double(number: int) -> int:
    return 2 * number


@pytest.fixture
def no_semaphores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Do what Python and joblib do where /dev/shm is full or not writable."""

    def refuse() -> None:
        raise OSError(28, "No space left on device")

    def fail(**_: object) -> None:
        raise AssertionError("ThreadingBackend does not accept setting the inner_max_num_threads argument.")

    monkeypatch.setattr(multiprocessing, "Lock", refuse)
    monkeypatch.setattr(joblib, "parallel_config", fail)
    workers._processes_can_start.cache_clear()
    yield
    workers._processes_can_start.cache_clear()


def test_without_semaphores_one_process_does_the_work(no_semaphores: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(in_processes(double, list(range(50)), workers=2)) == list(range(0, 100, 2))
    (line,) = capsys.readouterr().err.splitlines()
    assert "is /dev/shm full, or not writable? Working in one process" in line


@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.3, 0.6, 1.0])
def test_ctrl_c_while_processes_start_is_one_line(wait: float) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", SLEEP],
        cwd=TOP,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    time.sleep(wait)
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to all at once
    _, said = program.communicate(timeout=60)
    assert (program.returncode, said) == (130, "sleep: interrupted\n")
