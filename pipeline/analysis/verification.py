"""Verification: are two performances by the same singer? Error rates over trials, with intervals over singers."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.error_draws import ErrorDraws
from pipeline.analysis.trials import Trials

# Pairs of two songs, so that nobody is recognised by the song.
ACROSS_SONGS = "across_songs"
# Whether targets, and whether nontargets, share the song; None admits both. In the hardest condition a singer must be
# recognised in different songs, against impostor pairs that sing the same song.
CONDITIONS: dict[str, tuple[bool | None, bool | None]] = {
    "all": (None, None),
    ACROSS_SONGS: (False, False),
    "hardest": (False, True),
    "within_song": (True, True),
    "easiest": (True, False),
}


@dataclass(frozen=True)
class Verification:
    """Error of one condition.

    Attributes
    ----------
    eer : Estimate
        Equal error rate, 0 to 1; 0.5 is chance.
    min_dcf : Estimate
        Least detection cost over all thresholds, as a share of the cost of deciding without looking; 1 is useless.
    targets, nontargets : int
        Pairs of performances; where they were sampled, all that the sample stands for.
    replicates : ndarray of float64, shape (draws,)
        The equal error rate in each draw of singers; draws are the same for all vectors.
    """

    eer: Estimate
    min_dcf: Estimate
    targets: int
    nontargets: int
    replicates: NDArray[np.float64] = field(compare=False, repr=False)


def error_difference(one: Verification, other: Verification, bootstrap: Bootstrap) -> Estimate:
    """Estimate by how much one equal error rate exceeds another on the same trials, -1 to 1.

    Singers are drawn for both at once, so that the difference is paired.
    """
    return bootstrap.estimate(one.eer.value - other.eer.value, one.replicates - other.replicates)


def verify(
    distances: NDArray[np.float64], trials: Trials, bootstrap: Bootstrap, target_prior: float
) -> dict[str, Verification]:
    """Measure how well distance separates same from different singers, in each of `CONDITIONS`.

    In a draw of the bootstrap a target counts as often as its singer was drawn, a nontarget as often as the pair of
    its singers; copies of a singer are not compared with each other.

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
    dict of str to Verification
        By condition, without those that lack targets or nontargets.
    """
    results = {}
    singers = bootstrap.codes[trials.first], bootstrap.codes[trials.second]
    for name, condition in CONDITIONS.items():
        chosen = np.flatnonzero(_meets(trials, *condition))
        target, weight = trials.same_singer[chosen], trials.weight[chosen]
        targets, nontargets = (round(float(weight[target == kind].sum())) for kind in (True, False))
        if not targets or not nontargets:
            continue
        errors = ErrorDraws(-distances[chosen], weight, *(codes[chosen] for codes in singers))
        # The first draw holds every singer once: the trials as they are.
        figures = [
            (some.equal_error_rate, min_detection_cost(some.false_alarms, some.misses, target_prior))
            for some in errors.blocks(np.vstack([np.ones(bootstrap.counts.shape[1]), bootstrap.counts]))
        ]
        rates, costs = map(np.concatenate, zip(*figures, strict=True))
        eer, min_dcf = (bootstrap.estimate(float(column[0]), column[1:]) for column in (rates, costs))
        results[name] = Verification(eer, min_dcf, targets, nontargets, rates[1:])
    return results


def min_detection_cost(
    false_alarms: NDArray[np.float64], misses: NDArray[np.float64], target_prior: float
) -> NDArray[np.float64]:
    """Compute the least expected cost over all thresholds, normalised as in NIST's speaker recognition evaluations.

    Parameters
    ----------
    false_alarms, misses : ndarray of float64, shape (thresholds + 1, ...)
        As `ErrorCurve.rates` returns them, or `ErrorDraws.blocks` for many draws.
    target_prior : float
        Probability of a target, between 0 and 1. A miss costs as much as a false alarm.

    Returns
    -------
    ndarray of float64, shape (...)
        0 to 1: the cost as a share of that of accepting all, or rejecting all, whichever is cheaper.
    """
    miss, false_alarm = target_prior, 1 - target_prior
    return np.asarray(np.min(miss * misses + false_alarm * false_alarms, axis=0) / min(miss, false_alarm))


def _meets(trials: Trials, target_song: bool | None, nontarget_song: bool | None) -> NDArray[np.bool_]:
    wanted = [
        np.full(len(trials), True) if song is None else trials.same_song == song
        for song in (target_song, nontarget_song)
    ]
    return np.where(trials.same_singer, *wanted)
