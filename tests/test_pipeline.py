"""The whole pipeline on a tiny corpus in a repository of its own, used as a user would use it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.collection import Collection
from singing_style import StyleModel
from tests.tiny_repository import Repository, listed_experiments

pytestmark = pytest.mark.pipeline


def test_metrics_have_the_promised_keys(repository: Repository) -> None:
    knn = repository.read("metrics/knn.json")
    for vectors in ("embedding", *BASELINES, "chance"):
        assert list(knn[vectors]) == ["singer", "singer_cross_song", "song"]
        for shares in knn[vectors].values():
            assert list(shares) == ["k01", "k03", "k05", "k07"]
            assert all(0 <= share <= 1 for share in shares.values())
    assert (knn["performances"], knn["singers"], knn["songs"]) == (8, 4, 2)
    assert knn["chance"]["singer"]["k01"] == pytest.approx(1 / 7, abs=0.02)
    training = repository.read("metrics/training.json")
    assert training["feature"] == "mel"
    assert training["attention"] == "learned"
    assert training["epochs"] == 4
    assert {"parameters", "validation_loss", "test_loss", "constant_loss", "device", "precision", "torch"} < set(
        training
    )


def test_the_released_model_embeds_as_the_stages_do(repository: Repository) -> None:
    """From the file as it came, through resampling, voice detection and spectrogram, to the vector of stage embed."""
    model = StyleModel.load(repository.folder / "release/singing-style.safetensors")
    known = Collection.load(repository.folder / "data/embeddings/performances.npz")
    audio = pd.read_csv(repository.folder / "data/corpus/manifest.csv").set_index("recording")["path"]
    embedded = model.embed_many([repository.folder / "data/corpus" / audio[name] for name in known.recording])
    assert embedded.failed == {}
    found = np.stack([performance.vector for performance in embedded.performances])
    np.testing.assert_allclose(found, known.vectors, atol=1e-4 * np.abs(known.vectors).max())
    assert (repository.folder / "release/CARD.md").read_text().startswith("# A model of singing style")
    assert repository.read("metrics/calibration.json")["test"]["singers"] == 4


def test_nothing_is_done_twice(repository: Repository) -> None:
    assert "Data and pipelines are up to date." in repository.type("dvc repro")


def test_without_dvc_the_stages_in_their_order_give_the_same_outputs(repository: Repository, tmp_path: Path) -> None:
    clone = Repository(tmp_path / "clone")
    repository.type(f"git clone -q . {clone.folder}")
    stages = YAML(typ="safe").load(clone.folder / "dvc.yaml")["stages"]
    barred = tmp_path / "barred/dvc"
    barred.mkdir(parents=True)
    (barred / "__init__.py").write_text("raise ImportError('DVC is not installed')")
    clone.environment = {name: value for name, value in clone.environment.items() if not name.startswith("DVC")}
    searched = [str(barred.parent), clone.environment.get("PYTHONPATH", "")]
    clone.environment["PYTHONPATH"] = os.pathsep.join(filter(None, searched))
    assert "DVC is not installed" in clone.type("python -c 'import dvc'", expect=1)
    for name in stages:
        clone.type(f"python -m pipeline.{name}")
    assert repository.type("git status --porcelain") == clone.type("git status --porcelain") == ""
    for out in repository.output_hashes():
        assert clone.contents(out) == repository.contents(out), out


def test_metrics_are_in_git_and_data_is_not(repository: Repository) -> None:
    tracked = repository.type("git ls-files").splitlines()
    assert {"metrics/knn.json", "metrics/training.json", "metrics/plots/knn.png", "dvc.lock"} < set(tracked)
    assert not [path for path in tracked if path.startswith(("models/style", "data/corpus", "data/shards"))]
    assert repository.type("git status --porcelain") == ""


def test_plots_have_points_and_pictures(repository: Repository) -> None:
    plots = repository.json("dvc plots show --json")
    assert not plots.get("errors")
    for name in ("voicing", "knn", "tsne", "losses", "calibration"):
        (picture,) = plots["data"][f"metrics/plots/{name}.png"]
        assert picture["type"] == "image"
    for name in ("Loss of every step", "Validation loss"):
        (chart,) = plots["data"][name]
        assert chart["content"]["data"]["values"], name
    for name in ("knn", "probe", "tsne"):
        (chart,) = plots["data"][f"metrics/plots/{name}.csv"]
        points, drawn = chart["content"]["data"]["values"], set(fields(chart["content"]))
        assert points, name
        assert {"vectors", "rev"} <= drawn <= set(points[0]), name
        assert "<" not in json.dumps(chart["content"]), name  # nothing that DVC was to fill in is left
        assert len(chart["content"]["title"]["text"]) > len("metrics/plots"), name


def fields(chart: Any) -> Iterator[str]:
    """Yield the columns that a Vega-Lite chart draws."""
    if isinstance(chart, list):
        for part in chart:
            yield from fields(part)
    elif isinstance(chart, dict):
        for name, part in chart.items():
            if name == "field":
                yield part
            elif name != "values":
                yield from fields(part)


def test_a_clone_without_data_shows_what_was_measured(repository: Repository, tmp_path: Path) -> None:
    clone = Repository(tmp_path)
    clone.type(f"git clone -q {repository.folder} .")
    assert list(clone.json("dvc metrics show --json")[""]["data"]) == ["metrics/summary.json"]
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
    changes = repository.json("dvc metrics diff HEAD with-cqt --json")["metrics/summary.json"]
    assert changes["test_loss"]["old"] != changes["test_loss"]["new"]
    assert "with-cqt" in repository.type("dvc exp show --csv")
    assert "the singer" in repository.type("python -m pipeline.studies.compare HEAD with-cqt")
    said = repository.type("git restore params.yaml && dvc repro")
    for stage in ("features", "shards", "train"):
        assert f"Running stage '{stage}'" not in said
    assert repository.read("metrics/training.json")["feature"] == "mel"
    assert repository.type("git diff HEAD -- metrics dvc.lock") == ""


def test_a_temporary_experiment_runs_beside_the_work_tree(repository: Repository) -> None:
    said = repository.type("dvc exp run --temp -n flat -S network.attention=false")
    assert "Running stage 'train'" in said
    flat, ours = repository.read_of("flat", "metrics/training.json"), repository.read("metrics/training.json")
    assert flat["parameters"] > ours["parameters"]
    assert (flat["attention"], ours["attention"]) == ("none", "learned")


def test_experiments_fit_a_screen_with_the_parameters_that_they_changed(repository: Repository) -> None:
    """Those of the tests above, as `make experiments` lists them."""
    head, *rows = listed_experiments(repository)
    assert {"feature", "network.attention", "test_loss"} < set(head.split())
    assert [row for row in rows if "[with-cqt]" in row and "cqt" in row.split("]")[1]]


def test_the_released_model_is_got_by_name_from_another_folder(repository: Repository, tmp_path: Path) -> None:
    repository.type(f"dvc remote add --local -d store {tmp_path}/store && dvc push release")
    repository.type("git tag -m 'First' singing-style@v1.0.0")
    elsewhere = Repository(tmp_path)
    elsewhere.type(f"git clone -q {repository.folder} clone && cd clone && dvc remote add -d store {tmp_path}/store")
    elsewhere.type("git -C clone -c user.name=Ann -c user.email=a@b.org commit -qam 'Name the remote'")
    elsewhere.type("git -C clone -c user.name=Ann -c user.email=a@b.org tag -m 'Second' singing-style@v1.0.1")
    elsewhere.type("dvc artifacts get clone singing-style")
    got, released = tmp_path / "singing-style.safetensors", repository.folder / "release/singing-style.safetensors"
    assert got.read_bytes() == released.read_bytes()
