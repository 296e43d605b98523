"""Error rates of a list of trials, also where nobody knows who sings: then without intervals."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.error_curve import ErrorCurve, equal_error_rate, min_detection_cost
from pipeline.analysis.error_draws import ErrorDraws
from pipeline.analysis.trials import Trials

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class TrialErrors:
    """How often distance errs on some trials.

    Attributes
    ----------
    eer : Estimate
        Equal error rate, 0 to 1; 0.5 is chance. No interval where singers are unknown.
    min_dcf : Estimate
        Least detection cost over all thresholds, as a share of the cost of deciding without looking; 1 is useless.
    targets, nontargets : int
        Trials of each kind; where they were sampled, all that the sample stands for.
    eer_draws, min_dcf_draws : ndarray of float64, shape (draws,)
        Both in each draw of singers; empty where singers are unknown.
    """

    eer: Estimate
    min_dcf: Estimate
    targets: int
    nontargets: int
    eer_draws: Numbers = field(compare=False, repr=False)
    min_dcf_draws: Numbers = field(compare=False, repr=False)


def trial_errors(
    distances: Numbers, trials: Trials, target_prior: float, bootstrap: Bootstrap | None = None
) -> TrialErrors | None:
    """Measure how well distance separates targets from nontargets; None where one kind is missing.

    Parameters
    ----------
    distances : ndarray of float64, shape (m,)
        Between the two recordings of each trial.
    trials : Trials
        A recording may be on both sides, and a trial may be there twice: each counts as it stands.
    target_prior : float
        Probability of a target that the detection cost assumes, between 0 and 1.
    bootstrap : Bootstrap, optional
        Over the singers of the recordings that the trials refer to; a trial is a target exactly where both sides have
        one singer. In a draw a target counts as often as its singer was drawn, a nontarget as often as the pair of its
        singers; copies of a singer are not compared with each other. Without it there is no interval.
    """
    targets, nontargets = (round(float(trials.weight[trials.same_singer == kind].sum())) for kind in (True, False))
    if not targets or not nontargets:
        return None
    if bootstrap is None:
        ends = ErrorCurve(-distances, trials.same_singer).rates(trials.weight)
        rate, cost = equal_error_rate(*ends), float(min_detection_cost(*ends, target_prior))
        eer, min_dcf = (Estimate(value, np.nan, np.nan) for value in (rate, cost))
        return TrialErrors(eer, min_dcf, targets, nontargets, np.empty(0), np.empty(0))
    errors = ErrorDraws(-distances, trials.weight, bootstrap.codes[trials.first], bootstrap.codes[trials.second])
    # The first draw holds every singer once: the trials as they are.
    counts = np.vstack([np.ones(bootstrap.counts.shape[1]), bootstrap.counts])
    drawn = [
        (some.equal_error_rate, min_detection_cost(some.false_alarms, some.misses, target_prior))
        for some in errors.blocks(counts)
    ]
    rates, costs = map(np.concatenate, zip(*drawn, strict=True))
    eer, min_dcf = (bootstrap.estimate(float(column[0]), column[1:]) for column in (rates, costs))
    return TrialErrors(eer, min_dcf, targets, nontargets, rates[1:], costs[1:])


def error_difference(one: TrialErrors, other: TrialErrors, bootstrap: Bootstrap) -> Estimate:
    """Estimate by how much one equal error rate exceeds another on the same trials, -1 to 1.

    Singers are drawn for both at once, so that the difference is paired.
    """
    return bootstrap.estimate(one.eer.value - other.eer.value, one.eer_draws - other.eer_draws)
