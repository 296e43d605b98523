import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pipeline
from pipeline.runtime.interruption import SIGNALS, Interruption

ROOT = Path(__file__).parents[2]
WATCH = """
import time
from pipeline.runtime.interruption import Interruption
with Interruption() as interruption:
    print("watching", flush=True)
    while not interruption.reason():
        time.sleep(0.01)
    print(interruption.reason(), flush=True)
"""
WORK = """
import time
from pipeline.runtime.interruption import end_with_parent
end_with_parent()
print("working", flush=True)
time.sleep(60)
print("never", flush=True)
"""
START_AND_DIE = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
while not os.path.exists(sys.argv[3]):
    time.sleep(0.01)
time.sleep(float(sys.argv[2]))
os._exit(9)
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_noted_and_not_obeyed(number: signal.Signals) -> None:
    with Interruption() as interruption:
        assert interruption.reason() is None
        os.kill(os.getpid(), number)
        assert interruption.reason() == number.name


def test_a_second_signal_is_obeyed() -> None:
    with Interruption() as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        assert interruption.reason() == "SIGINT"
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_outside_the_context_signals_mean_what_they_meant() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interruption():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interruption() as interruption:
            os.kill(os.getpid(), signal.SIGHUP)
            assert interruption.reason() is None
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
@pytest.mark.parametrize("delay", ["0", "0.5"])
def test_the_death_of_the_parent_is_noticed(delay: str, tmp_path: Path) -> None:
    """Also of one that dies while the process is still starting, unless so early that no Python has run yet."""
    begun = tmp_path / "begun"
    watch = f"import pipeline, time; open({str(begun)!r}, 'w').close(); time.sleep(0.3)\n{WATCH}"
    command = [sys.executable, "-c", START_AND_DIE, watch, delay, str(begun)]
    started = time.monotonic()
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False).stdout
    assert said == "watching\nthe process that started it has ended\n"
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_a_stage_ends_with_its_parent() -> None:
    command = [sys.executable, "-c", START_AND_DIE, WORK, "2", os.devnull]
    started = time.monotonic()
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False).stdout
    assert said == "working\n"
    assert time.monotonic() - started < 30


def test_the_parent_is_taken_before_anything_else() -> None:
    assert os.getppid() == pipeline.PARENT
