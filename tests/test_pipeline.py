"""The whole pipeline on a tiny corpus in a repository of its own, used as a user would use it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from ruamel.yaml import YAML

from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.collection import Collection
from singing_style import StyleModel
from tests.tiny_repository import Repository, listed_experiments

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def repository(shards_repository: Repository) -> Repository:
    """A repository in which `dvc repro` ran to the end and was committed."""
    repository = shards_repository
    repository.type("dvc repro")
    repository.type("git add -A && git commit -q -m 'Mel spectrogram'")
    return repository


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
    flat, ours = repository.json(f"{show('flat')}:metrics/training.json"), repository.read("metrics/training.json")
    assert flat["parameters"] > ours["parameters"]
    assert (flat["attention"], ours["attention"]) == ("none", "learned")


def show(experiment: str) -> str:
    return f"git show $(git for-each-ref --format='%(objectname)' 'refs/exps/*/*/{experiment}')"


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


def test_one_singer_more_costs_one_singers_work(repository: Repository) -> None:
    def kept() -> dict[str, int]:
        folders = {name: repository.folder / ".scratch" / name for name in ("corpus", "resample", "voice", "features")}
        return {name: len(list(folder.glob("*/entry.json"))) for name, folder in folders.items()}

    before = kept()
    repository.type("dvc exp run --temp -n bigger -S corpus.demo.singers.test=5 voice features")
    songs_of_a_singer = 2
    assert kept() == {name: count + songs_of_a_singer for name, count in before.items()}


def bring_in_faster_singers(repository: Repository) -> None:
    """Make a corpus of its own of the demo's recordings: the same samples at a higher rate are other voices."""
    raw = repository.folder / "data/raw/manifest"
    raw.mkdir()
    manifest = pd.read_csv(repository.folder / "data/corpus/manifest.csv")
    for path in manifest["path"]:
        samples, rate = soundfile.read(repository.folder / "data/corpus" / path)
        soundfile.write(raw / Path(path).name, samples, int(1.2 * rate))
    manifest["path"] = [Path(path).name for path in manifest["path"]]
    told = manifest[["path", "singer", "song", "split"]].assign(style_school=["opera", "pop"] * (len(manifest) // 2))
    told.to_csv(raw / "manifest.csv", index=False)


def test_two_corpora_are_trained_on_together(repository: Repository) -> None:
    """Bringing one in runs stage `corpus` anew and no other; then all stages stand both."""
    bring_in_faster_singers(repository)
    repository.type("dvc add data/raw/manifest")
    said = repository.type("dvc repro")
    assert "Running stage 'corpus'" in said
    assert "Running stage 'resample'" not in said
    repository.type("git add -A && git commit -q -m 'Bring in faster singers'")
    repository.type("dvc exp run --temp -n both -S 'corpus.name=[demo,manifest]'")
    read = show("both")
    knn = repository.json(f"{read}:metrics/knn.json")
    assert [knn["corpora"][name]["singers"] for name in ("demo", "manifest")] == [4, 4]
    assert knn["singers"] == 8
    trials = repository.json(f"{read}:metrics/statistics.json")["trials"]["all"]
    assert trials == {"targets": 8, "nontargets": 2 * 6 * 4}
    probe = repository.json(f"{read}:metrics/probe.json")
    assert {name for name in probe["embedding"] if name.startswith("style_")} >= {"style_school"}
    repository.type("dvc exp apply both && dvc checkout")
    assert (repository.folder / "release/CARD.md").read_text().count("demo, manifest") == 1
    page = (repository.folder / "report/index.html").read_text()
    assert "manifest::test000" in page


def test_a_corpus_that_is_not_there_is_told_by_the_stage(repository: Repository) -> None:
    said = repository.type("dvc exp run --temp -S 'corpus.name=[demo,vocalset]'", expect=255)
    assert "corpus: error: data/raw/vocalset: no such folder; bring it in: make corpus NAME=vocalset" in said
