from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from pipeline.studies import series
from pipeline.studies.runs import Experiment, FailedExperimentError
from pipeline.studies.series import carry_out


@dataclass(frozen=True)
class Job:
    """A run that takes a minute, or three without attention."""

    label: str
    kind: bool
    experiment: Experiment

    def __str__(self) -> str:
        return self.label


def job(label: str, attention: bool = True) -> Job:
    return Job(label, attention, Experiment(label.replace(" ", "-"), {"network.attention": attention}, ()))


class Machine:
    """Stands for DVC: remembers what is run; a clock that tells how long that takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.failing: set[str] = set()
        self.now = 0.0
        monkeypatch.setattr(series, "run_experiment", self.run)
        monkeypatch.setattr(series, "locked", self.alone)
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

    def is_done(self, one: Job) -> bool:
        return one.experiment.name in self.done


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_what_is_done_is_passed_over_and_the_time_left_is_told(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [job("a"), job("a flat", False), job("b"), job("b flat", False), job("c"), job("c flat", False)]
    machine.done = ["a", "c"]
    assert carry_out(jobs, "paper-", machine.is_done) == {}
    assert machine.done[2:] == ["a-flat", "b", "b-flat", "c-flat"]
    assert [line for line in capsys.readouterr().out.splitlines() if line] == [
        "2 of 6 runs are done already",
        "run 3 of 6: a flat",
        "run 4 of 6: b; about 9 min left",  # 3 runs at 3 min, the only kind known
        "run 5 of 6: b flat; about 6 min left",  # 2 at 3 min
        "run 6 of 6: c flat; about 3 min left",
    ]
    assert carry_out(jobs, "paper-", machine.is_done) == {}
    assert capsys.readouterr().out == "6 of 6 runs are done already\n"


def test_one_that_fails_is_named_and_the_others_go_on(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.failing = {"b"}
    assert carry_out([job("a"), job("b"), job("c")], "paper-", machine.is_done) == {"b": "train: error: it diverged"}
    assert machine.done == ["a", "c"]
    assert "b failed: train: error: it diverged; the others go on" in capsys.readouterr().err


def test_what_there_is_can_be_kept_after_each_run(machine: Machine) -> None:
    kept: list[int] = []
    machine.failing = {"b"}
    carry_out([job("a"), job("b"), job("c")], "paper-", machine.is_done, lambda: kept.append(len(machine.done)))
    assert kept == [1, 2]
