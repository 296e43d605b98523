"""The table of experiments, as DVC prints it, fits a screen."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_repository import ROOT, Repository, listed_experiments, set_params

# On the same choir baselines and chance are the same; these are what learning changes.
LEARNED = ("eer", "singer", "other_song", "song", "test_loss")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with this project's stages, parameters and figures, committed."""
    for name in (".dvc", "metrics"):
        (tmp_path / name).mkdir()
    for name in ("dvc.yaml", "dvc.lock", "params.yaml", "metrics/summary.json", ".dvc/config"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".dvc/.gitignore").write_text("/tmp\n/cache\n")
    repository = Repository(tmp_path)
    repository.type("git init -q -b main && git config user.name Ann && git config user.email ann@example.org")
    repository.type("git add -A && git commit -q -m 'Start'")
    return repository


def pretend(repository: Repository, name: str, settings: dict[str, Any], change: float) -> None:
    """Add an experiment as DVC keeps it, a commit beside the branch, without running it."""
    path = repository.folder / "metrics/summary.json"
    figures = json.loads(path.read_text())
    path.write_text(json.dumps(figures | {key: figures[key] + change for key in LEARNED}))
    set_params(repository.folder / "params.yaml", settings)
    base = repository.type("git rev-parse HEAD").strip()
    ref = f"refs/exps/{base[:2]}/{base[2:]}/{name}"
    repository.type(f"git commit -q -a -m {name} && git update-ref {ref} HEAD && git reset -q --hard {base}")


@pytest.mark.slow
def test_figures_and_changed_parameters_fit_120_columns(repository: Repository) -> None:
    pretend(repository, "cqt", {"feature": "cqt"}, 0.0123)
    pretend(repository, "attention-off", {"network.attention": False}, -0.0321)
    head, *rows = listed_experiments(repository)
    assert head.split() == ["Experiment", *LEARNED, "feature", "network.attention"]
    (row,) = (row for row in rows if "[cqt]" in row)
    assert row.split("]")[1].split()[-2:] == ["cqt", "True"]


@pytest.mark.slow
def test_metrics_are_a_dozen_and_flat(repository: Repository) -> None:
    shown = repository.json("dvc metrics show --json")[""]["data"]
    (figures,) = (file["data"] for file in shown.values())
    assert set(LEARNED) < set(figures)
    assert len(figures) <= 12
    assert all(isinstance(figure, float) for figure in figures.values())
    pretend(repository, "cqt", {"feature": "cqt"}, 0.0123)
    assert len(repository.type("dvc metrics diff HEAD cqt").splitlines()) <= 1 + 12
