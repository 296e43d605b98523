import json
import math
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from pipeline.sections.experiments import SearchRange
from pipeline.studies.optuna_study import EXPERIMENT, FAULT, ask, best, ended, give_up_interrupted, open_study, tabulate

SPACE = (
    SearchRange(parameter="train.learning_rate", low=1e-5, high=1e-3, log=True),
    SearchRange(parameter="network.hidden", low=4, high=9, log=False),
)


def loss(params: dict[str, float]) -> float:
    return abs(math.log10(params["train.learning_rate"]) + 4) + params["network.hidden"]


def run(study: optuna.Study, trials: int) -> None:
    while len(ended(study)) < trials:
        trial = ask(study, SPACE, seed=3)
        trial.set_user_attr(EXPERIMENT, f"e{trial.number}")
        study.tell(trial, loss(trial.params))


def test_an_interrupted_search_draws_what_it_would_have_drawn(tmp_path: Path) -> None:
    """Interrupted twice within a trial, and reopened; past the ten random trials with which the sampler begins."""
    whole = open_study(tmp_path / "whole" / "a.log")
    run(whole, 14)
    file = tmp_path / "parts" / "a.log"
    for trials in (2, 12):
        run(open_study(file), trials)
        ask(open_study(file), SPACE, seed=3)
    study = open_study(file)
    give_up_interrupted(study)
    run(study, 14)
    assert [trial.params for trial in ended(study)] == [trial.params for trial in ended(whole)]
    assert len(study.trials) == 16
    assert study.best_value == whole.best_value
    assert len({tuple(trial.params.values()) for trial in ended(whole)}) == 14


def test_ranges_are_kept_and_whole_numbers_are_whole(tmp_path: Path) -> None:
    study = open_study(tmp_path / "a.log")
    run(study, 12)
    for trial in ended(study):
        assert 1e-5 <= trial.params["train.learning_rate"] <= 1e-3
        assert trial.params["network.hidden"] in range(4, 10)
        assert isinstance(trial.params["network.hidden"], int)


def test_a_failure_counts_as_a_trial_and_is_never_best(tmp_path: Path) -> None:
    study = open_study(tmp_path / "a.log")
    trial = ask(study, SPACE, seed=3)
    trial.set_user_attr(EXPERIMENT, "e0")
    trial.set_user_attr(FAULT, "diverged")
    study.tell(trial, state=TrialState.FAIL)
    assert best(study) is None
    run(study, 3)
    assert [trial.number for trial in ended(study)] == [0, 1, 2]
    found = best(study)
    assert found is not None
    assert found.value == min(loss(trial.params) for trial in ended(study)[1:])
    table = tabulate(study)
    assert table[EXPERIMENT].tolist() == ["e0", "e1", "e2"]
    assert table["loss"].isna().tolist() == [True, False, False]
    assert list(table.columns) == ["loss", EXPERIMENT, "train.learning_rate", "network.hidden"]


def test_another_seed_searches_elsewhere(tmp_path: Path) -> None:
    drawn = [ask(open_study(tmp_path / f"{seed}.log"), SPACE, seed).params for seed in (0, 1)]
    assert drawn[0] != drawn[1]


def test_nothing_is_pickled(tmp_path: Path) -> None:
    run(open_study(tmp_path / "a.log"), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]
    for line in (tmp_path / "a.log").read_text().splitlines():
        assert "op_code" in json.loads(line)


@pytest.mark.parametrize("trials", [0, 1])
def test_a_study_without_a_loss_has_no_best(tmp_path: Path, trials: int) -> None:
    study = open_study(tmp_path / "a.log")
    run(study, trials)
    assert (best(study) is None) == (trials == 0)
