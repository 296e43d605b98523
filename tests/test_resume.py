"""Training under DVC, killed under one way of running it and carried on under the next."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.tiny_repository import Repository, set_params

pytestmark = pytest.mark.pipeline

PARAMS = {"train.max_epochs": 40, "train.validate_every": 10}


@pytest.fixture
def repository(shards_repository: Repository) -> Repository:
    """A repository with shards and without a model, whose training lasts long enough to be killed."""
    repository = shards_repository
    set_params(repository.folder / "params.yaml", PARAMS)
    repository.type("git add -A && git commit -q -m 'Train for longer'")
    assert "Running stage" not in repository.type("dvc repro shards")
    return repository


def undisturbed(repository: Repository, folder: Path) -> dict[str, bytes]:
    """Train without DVC, in one go."""
    for name in ("pipeline", "data/shards"):
        shutil.copytree(repository.folder / name, folder / name)
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(repository.folder / name, folder)
    Repository(folder).type("python -m pipeline.train")
    return models(folder)


def models(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "models/style").iterdir()}


def newest_step(repository: Repository) -> int:
    return max((int(path.stem) for path in (repository.folder / ".scratch").glob("train-*/0*.json")), default=0)


def kill_after_a_checkpoint(repository: Repository, command: str) -> str:
    """Type a command, kill the training after its next checkpoint, and give back what was printed."""
    before = newest_step(repository)
    printed = repository.folder / ".git" / "printed"
    with printed.open("w") as out:
        typed = subprocess.Popen(
            command, shell=True, cwd=repository.folder, env=repository.environment, stdout=out, stderr=out
        )
        while newest_step(repository) == before:
            assert typed.poll() is None, printed.read_text()
            time.sleep(0.05)
        (lock,) = (repository.folder / ".scratch").glob("train-*.lock")
        os.kill(int(lock.read_text()), signal.SIGKILL)
        assert typed.wait(120) != 0
    return printed.read_text()


def test_killed_and_carried_on_four_ways_the_model_is_the_undisturbed_one(
    repository: Repository, tmp_path: Path
) -> None:
    expected = undisturbed(repository, tmp_path)
    assert "carrying on" not in kill_after_a_checkpoint(repository, "dvc repro train")
    for way in ("dvc exp run train", "dvc exp run --temp train"):
        step = newest_step(repository)
        said = kill_after_a_checkpoint(repository, way)
        assert f"carrying on from epoch {step}, step {step}" in said, way
    step = newest_step(repository)
    repository.type("dvc exp run --queue -n queued train && dvc queue start -j 1")
    deadline = time.monotonic() + 300
    while "Success" not in (status := repository.type("dvc queue status")):
        assert "Failed" not in status, repository.type("dvc queue logs queued")
        assert time.monotonic() < deadline
        time.sleep(1)
    assert f"carrying on from epoch {step}, step {step}" in repository.type("dvc queue logs queued")
    commit = repository.type("git for-each-ref --format='%(objectname)' 'refs/exps/*/*/queued'").strip()
    repository.type(f"git checkout {commit} -- dvc.lock && dvc checkout models/style")
    assert models(repository.folder) == expected
    assert list((repository.folder / ".scratch").glob("train-*")) == []
    assert re.search(r"up to date|didn't change", repository.type("dvc repro train"))
