"""Work on a Dask cluster of two processes: the same results, nothing lost with a worker, faults in one line."""

import importlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime import workers as module
from pipeline.runtime.recordings import Done, Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.workers import SCHEDULER_VARIABLE, in_parallel

pytestmark = pytest.mark.slow


def double(number: int) -> int:
    return 2 * number


def copy_reversed(source: Path, target: Path, deadly: str) -> int:
    """Write a text backwards; the first to meet the deadly text dies halfway."""
    text = source.read_text()
    if text == "bad":
        raise BadRecordingError("cannot be read backwards")
    target.write_text(text[: len(text) // 2])
    if text == deadly:
        try:
            source.with_suffix(".died").touch(exist_ok=False)
            os._exit(1)
        except FileExistsError:
            pass
    target.write_text(text[::-1])
    return os.getpid()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as local:
        yield local


@pytest.fixture
def scheduler(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> str:
    address = cluster.scheduler_address.removeprefix("tcp://")
    monkeypatch.setenv(SCHEDULER_VARIABLE, address)
    return str(address)


def run(folder: Path, texts: list[str], deadly: str = "") -> Done[int]:
    (folder / "out").mkdir()
    for number, text in enumerate(texts):
        (folder / f"r{number}.txt").write_text(text)
    names = [f"r{number}" for number in range(len(texts))]
    return for_each_recording(
        copy_reversed,
        names,
        [(Input(folder / f"{name}.txt"), Output(folder / f"out/{name}.txt"), deadly) for name in names],
        label="reverse",
        max_bad_share=0.5,
        scratch=Scratch(folder / "scratch/reverse", "1"),
    )


def test_a_cluster_does_the_work_in_its_processes(scheduler: str, tmp_path: Path) -> None:
    texts = [f"text number {number}" for number in range(20)] + ["bad"]
    done = run(tmp_path, texts)
    assert list(done.results) == [f"r{number}" for number in range(20)]
    assert [(fault.recording, fault.reason) for fault in done.left_out] == [("r20", "cannot be read backwards")]
    assert [(tmp_path / f"out/r{number}.txt").read_text() for number in range(20)] == [t[::-1] for t in texts[:20]]
    assert os.getpid() not in done.results.values()


def test_what_a_dying_worker_was_doing_is_done_by_another(scheduler: str, tmp_path: Path) -> None:
    texts = [f"text number {number}" for number in range(8)]
    done = run(tmp_path, texts, deadly=texts[3])
    assert (tmp_path / "r3.died").exists()
    assert len(done.results) == 8
    assert [(tmp_path / f"out/r{number}.txt").read_text() for number in range(8)] == [t[::-1] for t in texts]


def test_a_scheduler_that_is_not_there_is_named_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv(SCHEDULER_VARIABLE, nobody)
        monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
        started = time.monotonic()
        with pytest.raises(BadInputError, match=f"no Dask scheduler answers at '{nobody}' within 1 s; start one"):
            list(in_parallel(double, [(1,)]))
        assert time.monotonic() - started < 10


def test_a_scheduler_without_workers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as idle:
        monkeypatch.setenv(SCHEDULER_VARIABLE, idle.scheduler_address)
        monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
        with pytest.raises(BadInputError, match="the scheduler at '.*' has no workers"):
            list(in_parallel(double, [(1,), (2,)]))


def test_what_kills_every_worker_is_given_up(scheduler: str) -> None:
    with pytest.raises(BadInputError, match="4 workers died at the same work, the last .*; do they run out of memory"):
        list(in_parallel(os._exit, [(1,)]))


def test_a_scheduler_without_our_sources_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ours.py").write_text("def double(number):\n    return 2 * number\n")
    monkeypatch.syspath_prepend(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    quiet: dict[str, Any] = {"cwd": elsewhere, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    monkeypatch.setenv(SCHEDULER_VARIABLE, address)
    monkeypatch.setattr(module, "CONNECT_SECONDS", 60)
    with (
        subprocess.Popen([*dask, "scheduler", "--host", address, "--no-dashboard"], **quiet) as scheduler,
        subprocess.Popen([*dask, "worker", address, "--no-dashboard", "--no-nanny"], **quiet) as worker,
    ):
        try:
            with pytest.raises(BadInputError, match=r"does not find these sources; start it .* in this folder"):
                list(in_parallel(importlib.import_module("ours").double, [(1,)]))
        finally:
            worker.kill()
            scheduler.kill()


def test_no_scheduler_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SCHEDULER_VARIABLE, raising=False)
    assert list(in_parallel(double, [(number,) for number in range(5)])) == [0, 2, 4, 6, 8]
    assert list(in_parallel(double, [])) == []
