"""The whole pipeline on a tiny corpus in a repository of its own, used as a user would use it."""

from pathlib import Path

import pytest

from tests.tiny_repository import Repository, start_repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository in which `dvc repro` ran once and was committed."""
    repository = start_repository(tmp_path_factory.mktemp("clone"))
    repository.type("dvc repro")
    repository.type("git add -A && git commit -q -m 'Mel spectrogram'")
    return repository


def test_metrics_have_the_promised_keys(repository: Repository) -> None:
    knn = repository.read("metrics/knn.json")
    for vectors in ("embedding", "baseline", "chance"):
        assert list(knn[vectors]) == ["singer", "singer_cross_song", "song"]
        for shares in knn[vectors].values():
            assert list(shares) == ["k01", "k03", "k05", "k07"]
            assert all(0 <= share <= 1 for share in shares.values())
    assert (knn["performances"], knn["singers"], knn["songs"]) == (8, 4, 2)
    assert knn["chance"]["singer"]["k01"] == pytest.approx(1 / 7, abs=0.02)
    training = repository.read("metrics/training.json")
    assert training["feature"] == "mel"
    assert training["attention"] is True
    assert training["epochs"] == 4
    assert {"parameters", "validation_loss", "test_loss", "collapse_loss", "device", "precision", "torch"} < set(
        training
    )


def test_nothing_is_done_twice(repository: Repository) -> None:
    assert "Data and pipelines are up to date." in repository.type("dvc repro")


def test_metrics_are_in_git_and_data_is_not(repository: Repository) -> None:
    tracked = repository.type("git ls-files").splitlines()
    assert {"metrics/knn.json", "metrics/training.json", "metrics/plots/knn.png", "dvc.lock"} < set(tracked)
    assert not [path for path in tracked if path.startswith(("models/style", "data/corpus", "data/shards"))]
    assert repository.type("git status --porcelain") == ""


def test_plots_have_points_and_pictures(repository: Repository) -> None:
    plots = repository.json("dvc plots show --json")
    assert not plots.get("errors")
    for name in ("voicing", "knn", "tsne", "losses"):
        (picture,) = plots["data"][f"metrics/plots/{name}.png"]
        assert picture["type"] == "image"
    for name in ("Loss of every step", "Validation loss", "metrics/plots/knn.csv"):
        (chart,) = plots["data"][name]
        assert chart["content"]["data"]["values"], name


def test_a_clone_without_data_shows_what_was_measured(repository: Repository, tmp_path: Path) -> None:
    clone = Repository(tmp_path)
    clone.type(f"git clone -q {repository.folder} .")
    assert "knn.json" in clone.type("dvc metrics show")
    clone.type("dvc plots show")
    clone.type("dvc repro --dry --allow-missing")


def test_a_typo_costs_nothing(repository: Repository) -> None:
    before = (repository.folder / "dvc.lock").read_bytes()
    faulty = repository.folder / "params.yaml"
    good = faulty.read_text()
    faulty.write_text(good.replace("max_epochs: 4", "max_epochs: four"))
    try:
        said = repository.type("dvc repro", expect=255)
        assert "train: error: params.yaml: train.max_epochs: should be a valid integer, got 'four'" in said
    finally:
        faulty.write_text(good)
    assert (repository.folder / "dvc.lock").read_bytes() == before
    repository.type("dvc checkout")
    assert "up to date" in repository.type("dvc repro")


def test_another_feature_and_back_retrains_nothing(repository: Repository) -> None:
    said = repository.type("dvc exp run -n with-cqt -S feature=cqt")
    assert "Running stage 'train'" in said
    assert "Running stage 'voice'" not in said
    assert repository.read("metrics/training.json")["feature"] == "cqt"
    changes = repository.json("dvc metrics diff HEAD with-cqt --json")["metrics/training.json"]
    assert changes["test_loss"]["old"] != changes["test_loss"]["new"]
    assert "with-cqt" in repository.type("dvc exp show --csv")
    assert "the singer" in repository.type("python -m pipeline.compare HEAD with-cqt")
    said = repository.type("dvc exp run -n back -S feature=mel")
    for stage in ("features", "shards", "train"):
        assert f"Running stage '{stage}'" not in said
    assert repository.read("metrics/training.json")["feature"] == "mel"
    assert repository.type("git diff HEAD -- metrics dvc.lock") == ""


def test_a_temporary_experiment_runs_beside_the_work_tree(repository: Repository) -> None:
    said = repository.type("dvc exp run --temp -n flat -S network.attention=false")
    assert "Running stage 'train'" in said
    changes = repository.json("dvc metrics diff HEAD flat --json")["metrics/training.json"]
    assert changes["parameters"]["new"] > changes["parameters"]["old"]
    assert repository.read("metrics/training.json")["attention"] is True
