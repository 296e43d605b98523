from typing import Any

import pandas as pd
import pytest

from pipeline.analysis.baselines import BASELINES
from pipeline.params import load_params
from pipeline.studies import paper_run
from pipeline.studies.paper_run import PaperRun, figures_of, outcomes_of, read_run
from pipeline.studies.runs import Experiment
from tests.conftest import ROOT

RUN = PaperRun("cqt without attention", 3, False, Experiment("paper-cqt-flat-s3-0", {}, ()))
# recording, singer (with spaces), and whether the embedding and the baseline find singer and song
FOUND = {("b-1", "Ben Lee"): "1010", ("a-1", "Ann"): "0111", ("a-2", "Ann"): "00-1"}


@pytest.fixture
def result(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the run gave, of at most 300 epochs."""
    rows = [
        (recording, singer, vectors, task, k, int(digit) if k == 1 else 1)
        for (recording, singer), digits in FOUND.items()
        for (vectors, task), digit in zip(paper_run.ASKED, digits, strict=True)
        for k in (1, 3)
        if digit != "-"
    ]
    rows.append(("a-1", "Ann", "mfcc_means", "singer", 1, 1))
    columns = ["recording", "singer", "vectors", "task", "k", "right"]
    monkeypatch.setattr(paper_run, "read_outcomes", lambda revision: pd.DataFrame(rows, columns=columns))
    trained = {"device": "abacus", "precision": "float32", "parameters": 7, "validation_loss": 0.2, "test_loss": 0.3}
    share = {"singer": {"k01": 0.5}}
    files: dict[str, Any] = {
        "metrics/training.json": trained | {"epochs": 250},
        "metrics/knn.json": dict.fromkeys(["embedding", "chance", *BASELINES], share),
        "metrics/statistics.json": {
            "disentanglement": {"embedding": {"value": 0.25}, "untrained": {"value": 0.0}},
            "verification": {
                "mfcc_means": {"all": {"eer": {"value": 0.125}}, "across_songs": {"eer": {"value": 0.25}}},
                "embedding": {},
            },
        },
    }
    monkeypatch.setattr(paper_run, "read_committed", lambda revision, path: files[path])
    parameters = {("its commit", "params.yaml"): {"train": {"steps_per_epoch": 3}}}
    monkeypatch.setattr(paper_run, "read_yaml", lambda *asked: parameters[asked])
    monkeypatch.setattr(paper_run, "commit_of", {"its commit": "the one before"}.__getitem__)
    params = load_params(ROOT / "params.yaml")
    paper = params.paper.model_copy(update={"epochs": 300})
    return read_run(RUN, "its commit", params.model_copy(update={"paper": paper}))


def test_steps_and_why_it_stopped_are_kept(result: dict[str, Any]) -> None:
    """An epoch has as many steps as the run's own parameters say, not those of today."""
    kept = ("variant", "seed", "experiment", "commit", "device", "precision", "steps", "stopped")
    assert {name: result[name] for name in kept} == {
        "variant": "cqt without attention",
        "seed": 3,
        "experiment": "paper-cqt-flat-s3-0",
        "commit": "the one before",
        "device": "abacus",
        "precision": "float32",
        "steps": 750,
        "stopped": "patience",
    }


def test_figures_are_of_the_variant_the_baselines_and_chance(result: dict[str, Any]) -> None:
    figures = {(row["variant"], row["measure"]): row["value"] for row in figures_of(result)}
    assert figures == {
        ("cqt without attention", "parameters"): 7,
        ("cqt without attention", "steps"): 750,
        ("cqt without attention", "validation_loss"): 0.2,
        ("cqt without attention", "test_loss"): 0.3,
        ("cqt without attention", "singer_k01"): 0.5,
        ("cqt without attention", "disentanglement"): 0.25,
        ("baseline", "singer_k01"): 0.5,
        ("baseline without chroma", "singer_k01"): 0.5,
        ("MFCC means", "singer_k01"): 0.5,
        ("MFCC means", "eer"): 0.125,
        ("MFCC means", "eer_across_songs"): 0.25,
        ("chance", "singer_k01"): 0.5,
    }
    assert {row["seed"] for row in figures_of(result)} == {3}


def test_outcomes_of_one_neighbour_are_a_line_for_each_performance(result: dict[str, Any]) -> None:
    assert result["outcomes"] == ["a-1 0111 Ann", "a-2 00-1 Ann", "b-1 1010 Ben Lee"]


def test_outcomes_are_read_back(result: dict[str, Any]) -> None:
    table = outcomes_of(result)
    assert list(table.columns) == ["variant", "seed", "recording", "singer", "task", "right"]
    assert len(table) == 11
    ben = table[table["recording"] == "b-1"]
    assert ben[["variant", "singer", "task", "right"]].values.tolist() == [
        ["cqt without attention", "Ben Lee", "singer", 1],
        ["cqt without attention", "Ben Lee", "song", 0],
        ["baseline", "Ben Lee", "singer", 1],
        ["baseline", "Ben Lee", "song", 0],
    ]
