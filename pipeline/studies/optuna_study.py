"""Optuna's study of a search, kept in a file that can be resumed at any point (instead of Spearmint, paper 3.4)."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from pipeline.sections.experiments import SearchRange

FAULT, EXPERIMENT = "fault", "experiment"


def open_study(path: Path) -> optuna.Study:
    """Open the study in a journal file (one line of JSON per step), or start one."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path.parent.mkdir(parents=True, exist_ok=True)
    storage = JournalStorage(JournalFileBackend(str(path)))
    return optuna.create_study(storage=storage, study_name=path.stem, direction="minimize", load_if_exists=True)


def give_up_interrupted(study: optuna.Study) -> None:
    """Close the trials that were started but never ended; `ask` will draw their parameters again."""
    for trial in study.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
        study.tell(trial.number, state=TrialState.FAIL)


def ask(study: optuna.Study, space: Sequence[SearchRange], seed: int) -> Trial:
    """Draw the parameters of the next trial by the tree-structured Parzen estimator.

    The sampler is seeded by the number of finished trials, so that an interrupted search draws what it would have drawn
    without interruption.

    Parameters
    ----------
    study : optuna.Study
    space : sequence of SearchRange
    seed : int
        Of the whole search.

    Returns
    -------
    optuna.trial.Trial
        Its `params` hold a value for every parameter of the space, by path.
    """
    word = np.random.SeedSequence([seed, len(ended(study))]).generate_state(1)[0]
    study.sampler = optuna.samplers.TPESampler(seed=int(word))
    trial = study.ask()
    for one in space:
        if isinstance(one.low, int) and isinstance(one.high, int):
            trial.suggest_int(one.parameter, one.low, one.high, log=one.log)
        else:
            trial.suggest_float(one.parameter, one.low, one.high, log=one.log)
    return trial


def ended(study: optuna.Study) -> list[FrozenTrial]:
    """List the trials that have a loss or a fault, in order, without those that were interrupted."""
    trials = study.get_trials(deepcopy=False)
    return [trial for trial in trials if trial.state == TrialState.COMPLETE or FAULT in trial.user_attrs]


def best(study: optuna.Study) -> FrozenTrial | None:
    """Return the trial with the lowest loss; None if none has a loss."""
    complete = [trial for trial in ended(study) if trial.state == TrialState.COMPLETE]
    return min(complete, key=lambda trial: cast(float, trial.value), default=None)


def tabulate(study: optuna.Study) -> pd.DataFrame:
    """Tabulate the finished trials: columns `loss` (NaN where it failed), `experiment` and each parameter."""
    rows = [
        {"loss": np.nan if trial.value is None else trial.value, EXPERIMENT: trial.user_attrs[EXPERIMENT]}
        | trial.params
        for trial in ended(study)
    ]
    return pd.DataFrame(rows)
