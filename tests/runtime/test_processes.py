"""Processes of this machine: when they pay, where the system has no semaphores, and on Ctrl-C while they start."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import joblib
import pytest

from pipeline.runtime import workers
from pipeline.runtime.workers import in_parallel, in_processes

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


class Clock:
    """A clock that only work moves: a busy machine would make calls last longer than they should."""

    now = 0.0

    @classmethod
    def perf_counter(cls) -> float:
        return cls.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "time", Clock)
    monkeypatch.setattr(workers, "cores", lambda: 2)


def where(seconds: float) -> int:
    """Work for some time, and tell in which process."""
    Clock.now += seconds
    return os.getpid()


@pytest.mark.slow
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("spread", [in_parallel, in_processes])
def test_processes_start_where_what_is_left_takes_longer_than_that(spread: Callable[..., Iterator[int]]) -> None:
    """The second call lasts 0.25 s: 8 more would take 2 s here, as long as a start, and 9 more longer."""
    few, many = ([0.0, *[0.25] * calls] for calls in (9, 10))
    given = (lambda seconds: [(one,) for one in seconds]) if spread is in_parallel else list
    assert set(spread(where, given(few))) == {os.getpid()}
    begun_here = list(spread(where, given(many)))
    assert begun_here[:2] == [os.getpid()] * 2
    assert os.getpid() not in begun_here[2:]


@pytest.mark.usefixtures("clock")
def test_a_first_call_that_compiles_starts_no_processes() -> None:
    assert set(in_processes(where, [5.0, *[0.0] * 20])) == {os.getpid()}
    assert os.getpid() not in list(in_processes(where, [5.5, *[0.0] * 20]))[1:]


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


def test_without_semaphores_one_process_does_the_work(
    no_semaphores: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "START_SECONDS", 0.0)
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
