"""What tests of stages share: a folder to work in, with a params.yaml of one's own."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from ruamel.yaml import YAML

settings.register_profile("patient", deadline=None, print_blob=True)
settings.load_profile("patient")

ROOT = Path(__file__).parents[1]
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Processes that compile into one cache at once have crashed one another.
    os.environ["NUMBA_CACHE_DIR"] = str(ROOT / ".pytest_cache" / f"numba-{worker}")
SetParams = Callable[[dict[str, Any]], None]
LONGEST = ("test_pipeline.py", "test_resume.py", "test_ablation.py", "test_faults.py", "test_benchmarks.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no core waits for them in the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


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
