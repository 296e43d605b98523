from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.params import Params, load_params
from pipeline.studies import paper
from pipeline.studies.paper import carry_out, plan_runs
from pipeline.studies.paper_results import PaperRun
from pipeline.studies.runs import Experiment, FailedExperimentError


@pytest.fixture
def params(monkeypatch: pytest.MonkeyPatch) -> Params:
    """The defaults, with fingerprints that are always the same."""
    monkeypatch.setattr(paper, "plan", lambda label, settings, targets: Experiment(f"{label}-0", settings, targets))
    return load_params(Path(__file__).parents[2] / "params.yaml")


class Machine:
    """Stands for DVC: remembers what is run; a clock that tells how long that takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.failing: set[str] = set()
        self.now = 0.0
        monkeypatch.setattr(paper, "find", lambda experiment: experiment.name in self.done)
        monkeypatch.setattr(paper, "run", self.run)
        monkeypatch.setattr(paper, "alone", self.alone)
        monkeypatch.setattr("time.monotonic", lambda: self.now)

    @contextmanager
    def alone(self, prefix: str) -> Iterator[None]:
        assert prefix == "paper-"
        yield

    def run(self, experiment: Experiment, lock: None) -> None:
        if experiment.name in self.failing:
            raise FailedExperimentError("train: error: it diverged")
        self.now += 60 if experiment.settings["network.attention"] else 180
        self.done.append(experiment.name)


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
    assert last.settings == {"feature": "cqt", "network.attention": False, "seed": 2, "train.max_epochs": 100}
    assert last.targets == ("knn", "statistics")


def test_what_is_done_is_passed_over_and_the_time_left_is_told(
    params: Params, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch)
    runs = plan_runs(params)[:6]
    machine.done = [runs[0].experiment.name, runs[4].experiment.name]
    assert carry_out(runs) == {}
    assert machine.done[2:] == [runs[number].experiment.name for number in (1, 2, 3, 5)]
    assert [line for line in capsys.readouterr().out.splitlines() if line] == [
        "2 of 6 runs are done already",
        "run 3 of 6: mel without attention, seed 0",
        "run 4 of 6: cqt with attention, seed 0; about 9 min left",  # 3 runs at 3 min, the only kind known
        "run 5 of 6: cqt without attention, seed 0; about 6 min left",  # 2 at 3 min
        "run 6 of 6: mel without attention, seed 1; about 3 min left",
    ]
    assert carry_out(runs) == {}
    assert capsys.readouterr().out == "6 of 6 runs are done already\n"


def test_one_that_fails_is_named_and_the_others_go_on(
    params: Params, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(monkeypatch)
    runs = plan_runs(replace_seeds(params))
    machine.failing = {runs[1].experiment.name}
    assert carry_out(runs) == {runs[1].experiment.name: "train: error: it diverged"}
    assert machine.done == [runs[number].experiment.name for number in (0, 2, 3)]
    assert (
        "mel without attention, seed 5 failed: train: error: it diverged; the others go on" in capsys.readouterr().err
    )


def replace_seeds(params: Params) -> Params:
    return params.model_copy(update={"paper": params.paper.model_copy(update={"seeds": (5,)})})


def test_a_run_is_told_by_its_variant() -> None:
    run = PaperRun("cqt", False, 3, Experiment("x", {}, ()))
    assert replace(run, attention=True).variant == "cqt with attention"
    assert str(run) == "cqt without attention, seed 3"
