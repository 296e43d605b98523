from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.params import Params, load_params
from pipeline.studies import paper
from pipeline.studies.paper import plan_runs
from pipeline.studies.paper_run import PaperRun
from pipeline.studies.runs import Experiment


@pytest.fixture
def params(monkeypatch: pytest.MonkeyPatch) -> Params:
    """The defaults, with fingerprints that are always the same."""
    monkeypatch.setattr(paper, "plan", lambda label, settings, targets: Experiment(f"{label}-0", settings, targets))
    return load_params(Path(__file__).parents[2] / "params.yaml")


def test_runs_go_seed_by_seed_and_each_sets_its_parameters(params: Params) -> None:
    runs = plan_runs(params)
    assert len(runs) == 12
    assert [one.seed for one in runs] == [0] * 4 + [1] * 4 + [2] * 4
    assert [str(one) for one in runs[:4]] == [
        "mel with attention, seed 0",
        "mel without attention, seed 0",
        "cqt with attention, seed 0",
        "cqt without attention, seed 0",
    ]
    assert len({one.experiment.name for one in runs}) == 12
    last = runs[-1].experiment
    assert last.name == "paper-cqt-flat-s2-0"
    assert last.settings == {"feature": "cqt", "network.attention": False, "seed": 2, "train.max_epochs": 300}
    assert last.targets == ("knn", "statistics")


def test_a_run_is_told_by_its_variant() -> None:
    run = PaperRun("cqt", False, 3, Experiment("x", {}, ()))
    assert replace(run, attention=True).variant == "cqt with attention"
    assert str(run) == "cqt without attention, seed 3"
