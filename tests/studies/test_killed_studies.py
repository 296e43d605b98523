"""Studies of many runs, killed and carried on, in a repository whose pipeline ran."""

import pytest
from ruamel.yaml import YAML

from tests.tiny_repository import Repository

pytestmark = pytest.mark.pipeline


def test_the_papers_experiment_is_killed_and_carries_on(repository: Repository) -> None:
    """Killed while the second of its two runs trains."""
    command = "python -m pipeline.studies.paper"
    runs = "git for-each-ref --format='%(objectname) %(refname:lstrip=4)' 'refs/exps/*/*/paper-*'"
    said = repository.kill_at(command, "run 2 of 2: cqt with attention, seed 0", "Running stage 'train'", "train: ")
    assert "Running stage 'voice'" not in said
    first = repository.type(runs)
    assert len(first.splitlines()) == 1
    said = repository.type(command)
    assert "1 of 2 runs are done already" in said
    assert "run 1 of 2" not in said
    assert "Running stage 'features'" not in said  # the feature was computed before: the run cache serves it
    done = repository.type(runs)
    assert len(done.splitlines()) == 2
    assert first in done
    standalone = repository.folder / ".dvc/tmp/exps/standalone"
    assert [path.name for path in standalone.iterdir()] == ["run"]
    for commit, name in (line.split() for line in done.splitlines()):
        assert name in repository.type("dvc exp show --csv")
        assert repository.json(f"git show {commit}:metrics/training.json")["epochs"] == 5
    assert "Running" not in repository.type("dvc exp show --csv")
    paper = repository.read("metrics/paper.json")
    kept = {(run["experiment"], run["steps"], run["stopped"]) for run in paper["runs"]}
    assert kept == {(line.split()[1], 5, "bound") for line in done.splitlines()}
    baselines = ["baseline", "baseline without chroma", "MFCC means"]
    assert list(paper["variants"]) == ["mel with attention", *baselines, "chance", "cqt with attention"]
    assert paper["missing"] == {}
    assert (repository.folder / "metrics/plots/paper.png").read_bytes().startswith(b"\x89PNG")


def test_the_papers_experiment_is_not_run_twice(repository: Repository) -> None:
    said = repository.type("python -m pipeline.studies.paper")
    assert "2 of 2 runs are done already" in said
    assert "Running stage" not in said
    assert "| mel with attention | 1 of 1 | 5 | 5,521 | 5300k |" in said
    assert "mel has a lower test loss than cqt, with attention (" in said


def test_a_search_is_killed_carries_on_and_is_applied(repository: Repository) -> None:
    said = repository.kill_at("python -m pipeline.studies.search", "trial 2 of 2: ")
    drawn = next(line for line in said.splitlines() if line.startswith("trial 2 of 2: "))
    said = repository.type("python -m pipeline.studies.search")
    assert "1 of 2 trials are done already" in said
    assert drawn in said
    search = repository.read("metrics/search.json")
    losses = {trial["experiment"]: trial["validation_loss"] for trial in search["trials"]}
    assert len(losses) == 2
    assert search["best"]["experiment"] == min(losses, key=lambda name: losses[name])
    assert "Running stage" not in repository.type("python -m pipeline.studies.search")
    said = repository.type("python -m pipeline.studies.search --apply")
    assert f"{search['best']['experiment']} applied: validation loss" in said
    assert repository.read("metrics/training.json")["validation_loss"] == search["best"]["validation_loss"]
    best = next(trial for trial in search["trials"] if trial["experiment"] == search["best"]["experiment"])
    params = YAML(typ="safe").load(repository.folder / "params.yaml")
    assert params["train"]["learning_rate"] == best["train.learning_rate"]
    assert (params["network"]["dropout"], params["train"]["max_epochs"]) == (best["network.dropout"], 3)
