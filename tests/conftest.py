"""What tests of stages share: a folder to work in, with a params.yaml of one's own."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, expect
from ruamel.yaml import YAML

from tests.compiled_ahead import LOCATOR, cache_of
from tests.tiny_repository import Repository, start_repository

settings.register_profile("patient", deadline=None, print_blob=True)
settings.load_profile("patient")

TESTS = Path(__file__).parent
ROOT = TESTS.parent
TESTS_OF_STAGES = {f"test_{name}" for name in YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]}
# Milliseconds that a busy machine may take to do what a page should do at once.
PATIENCE = 60_000
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each worker has a core; threads that wait for one another on fewer cores than they count on spin most of the time.
    os.environ |= LOCATOR | {"NUMBA_CACHE_DIR": str(cache_of(worker)), "OMP_NUM_THREADS": "1"}
SetParams = Callable[[dict[str, Any]], None]
# What waits for the repository that test_pipeline sets up comes after another.
LONGEST = (
    "test_pipeline.py",
    "studies/test_ablation.py",
    "test_faults.py",
    "studies/test_killed_studies.py",
    "test_more_singers.py",
    "test_resume.py",
    "test_benchmarks.py",
    "test_train.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs a stage, and begin with the files that take longest, so that no core waits for them in the end."""
    for item in items:
        if item.path.parent == TESTS and item.path.stem in TESTS_OF_STAGES:
            item.add_marker(pytest.mark.pipeline)
    first = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path, len(LONGEST)))


@pytest.fixture(autouse=True, scope="session")
def heard_signals() -> None:
    """Signals mean what they do at a prompt: who is started in the background ignores some, and so do its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def set_params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetParams:
    """Work in an empty folder; the function writes params.yaml there, the defaults with some values changed."""
    monkeypatch.chdir(tmp_path)

    def write(values: dict[str, Any]) -> None:
        yaml = YAML()
        raw = yaml.load(ROOT / "params.yaml")
        for where, value in values.items():
            *parents, last = where.split(".")
            section = raw
            for name in parents:
                section = section[name]
            section[last] = value
        yaml.dump(raw, tmp_path / "params.yaml")

    return write


@pytest.fixture(scope="session")
def tiny_shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the stages up to `shards` in a tiny repository, once for all workers; it is copied and never changed."""

    def run(folder: Path) -> None:
        start_repository(folder).type("dvc repro shards && git add -A && git commit -q -m 'Shards'")

    return _made_once("shards", tmp_path_factory, run)


@pytest.fixture(scope="session")
def tiny_results(tiny_shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the stages that are left in a copy of it, once for all workers, too."""

    def run(folder: Path) -> None:
        shutil.copytree(tiny_shards, folder, symlinks=True)
        Repository(folder).type("dvc repro && git add -A && git commit -q -m 'Mel spectrogram'")

    return _made_once("results", tmp_path_factory, run)


def _made_once(name: str, tmp_path_factory: pytest.TempPathFactory, make: Callable[[Path], None]) -> Path:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if worker else base) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            begun = folder.with_name(f"{name}-begun")
            shutil.rmtree(begun, ignore_errors=True)
            make(begun)
            begun.rename(folder)
    return folder


@pytest.fixture(scope="module")
def shards_repository(tiny_shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Copy the tiny repository in which the stages up to `shards` ran."""
    return _copied(tiny_shards, tmp_path_factory)


@pytest.fixture(scope="module")
def repository(tiny_results: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Copy the tiny repository in which `dvc repro` ran to the end and was committed."""
    return _copied(tiny_results, tmp_path_factory)


def _copied(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    copy = tmp_path_factory.mktemp("clone") / "clone"
    shutil.copytree(folder, copy, symlinks=True)
    return Repository(copy)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium: one a worker, for a process has room for one loop of Playwright."""
    # Not at the top: what imports NumPy may not come before the threads are set.
    from pipeline.studies.page_picture import BROWSERS, chromium

    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no browser: install Debian's package chromium")
    expect.set_options(timeout=PATIENCE)
    with chromium() as running:
        yield running
