"""Verification: are two performances by the same singer? Error rates over trials, with intervals over singers."""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.conditions import CONDITIONS
from pipeline.analysis.trial_errors import TrialErrors, trial_errors
from pipeline.analysis.trials import Trials


def verify(
    distances: NDArray[np.float64], trials: Trials, bootstrap: Bootstrap, target_prior: float
) -> dict[str, TrialErrors]:
    """Measure how well distance separates same from different singers, in each of `CONDITIONS`.

    Parameters
    ----------
    distances : ndarray of float64, shape (m,)
        Between the two performances of each trial.
    trials : Trials
    bootstrap : Bootstrap
        Over the singers of the performances that the trials refer to.
    target_prior : float
        Probability of a target that the detection cost assumes, between 0 and 1.

    Returns
    -------
    dict of str to TrialErrors
        By condition, without those that lack targets or nontargets.
    """
    chosen = {name: _meets(trials, *condition) for name, condition in CONDITIONS.items()}
    found = {
        name: trial_errors(distances[rows], trials[rows], target_prior, bootstrap) for name, rows in chosen.items()
    }
    return {name: errors for name, errors in found.items() if errors is not None}


def _meets(trials: Trials, target_song: bool | None, nontarget_song: bool | None) -> NDArray[np.bool_]:
    wanted = [
        np.full(len(trials), True) if song is None else trials.same_song == song
        for song in (target_song, nontarget_song)
    ]
    return np.where(trials.same_singer, *wanted)
