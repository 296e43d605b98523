"""What a calibration is worth for singers whom it was not fitted to: cross-validated over singers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.analysis.bootstrap import Estimate
from pipeline.analysis.leave_one_out import Codes
from pipeline.model.calibration import Calibration, Reliability, measure_reliability
from singing_style.calibration.over_singers import OverSingers
from singing_style.calibration.pairs import VoicePairs
from singing_style.calibration.threshold import threshold_at

# A pair of one singer needs that singer away: as many folds as singers, or so many, leave nearly all to the fit.
OWN_FOLDS = 20
# An impostor pair needs both singers away: up to so many pairs of singers one pair at a time, of more some pairs at
# once, in folds that are dealt so often.
EACH_PAIR = 200
FOLDS = 10
ROUNDS = 15
TINY = np.finfo(np.float64).tiny

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class HeldOut:
    """Errors on pairs neither of whose singers was in the fit, with 95 % intervals over singers.

    Attributes
    ----------
    misses, false_alarms : Estimate
        Shares of one singer's pairs beyond the threshold, and of impostor pairs within it, 0 to 1.
    gain : Estimate
        By how much the log loss is lower than with the calibration before.
    after, before : Reliability
        Of the probabilities, and of those of the calibration before on the same pairs.
    pairs_of_singers : int
        How many impostor pairs were held out together.
    """

    misses: Estimate
    false_alarms: Estimate
    gain: Estimate
    after: Reliability = field(repr=False)
    before: Reliability = field(repr=False)
    pairs_of_singers: int

    def figures(self) -> dict[str, Any]:
        """Return plain numbers, for the card."""
        return {
            "log_loss": round(self.after.log_loss, 4),
            "log_loss_before": round(self.before.log_loss, 4),
            "log_loss_gain": self.gain.rounded(),
            "calibration_error": round(self.after.calibration_error, 4),
            "calibration_error_before": round(self.before.calibration_error, 4),
            "misses": self.misses.rounded(),
            "false_alarms": self.false_alarms.rounded(),
            "pairs_of_singers": self.pairs_of_singers,
        }


def fit(pairs: VoicePairs, strangers: float | None, corpus: str) -> Calibration:
    """Fit a calibration, with its threshold at equal errors or where a share of the impostor pairs is accepted.

    Parameters
    ----------
    pairs : VoicePairs
        Of both kinds.
    strangers : float or None
        The largest share of impostor pairs to accept, above 0; None for equal errors.
    corpus : str
        Whose they are.
    """
    calibration = Calibration.fit(pairs.known(), corpus)
    if strangers is None:
        return calibration
    threshold = threshold_at(pairs.take(~pairs.same_singer), strangers)
    return calibration.model_copy(update={"threshold": threshold, "strangers": strangers})


def cross_validate(
    pairs: VoicePairs,
    strangers: float | None,
    before: Calibration,
    generator: np.random.Generator,
    *,
    progress: bool = False,
) -> HeldOut:
    """Fit without the singers of each fold in turn, and judge on the pairs within the fold.

    The choice of the threshold is part of the fit, and sees nothing of the fold either.

    Parameters
    ----------
    pairs : VoicePairs
        Of enough singers (`singing_style.calibration.calibrate`).
    strangers : float or None
        As of `fit`.
    before : Calibration
        The one to compare with.
    generator : numpy.random.Generator
        Deals the singers into folds, and draws them for the intervals.
    progress : bool, optional
        Show a progress bar on standard error.
    """
    rows, after, wrong = [], [], []
    folds = list(_folds(pairs, generator))
    for fold, inside in tqdm(folds, "fit", unit=" folds", disable=not progress):
        outside = pairs.take(pairs.within(~fold))
        if len(inside) and outside.both_kinds:
            fitted = fit(outside, strangers, "")
            rows.append(inside)
            after.append(fitted.probabilities(pairs.distances[inside]))
            wrong.append((pairs.distances[inside] <= fitted.threshold) != pairs.same_singer[inside])
    return _judge(
        pairs, pairs.take(np.concatenate(rows)), np.concatenate(after), np.concatenate(wrong), before, generator
    )


def _folds(pairs: VoicePairs, generator: np.random.Generator) -> Iterator[tuple[Flags, NDArray[np.intp]]]:
    """Yield singers to leave out, and the rows of the pairs to judge without them."""
    same = pairs.same_singer
    for fold in deal(pairs.paired, pairs.singers, OWN_FOLDS, generator):
        yield fold, np.flatnonzero(pairs.within(fold) & same)
    if pairs.pairs_of_singers <= EACH_PAIR:
        impostors = np.unique(np.stack([pairs.one[~same], pairs.other[~same]], axis=1), axis=0)
        apart = [_mask(names, pairs.singers) for names in impostors]
    else:
        apart = [fold for _ in range(ROUNDS) for fold in deal(pairs.paired, pairs.singers, FOLDS, generator)]
    for fold in apart:
        yield fold, np.flatnonzero(pairs.within(fold) & ~same)


def deal(who: Codes, singers: int, folds: int, generator: np.random.Generator) -> list[Flags]:
    """Deal singers into folds, at most as many as there are of them.

    Parameters
    ----------
    who : ndarray of int
        Codes of the singers to deal.
    singers : int
        Number of all codes.
    folds : int
    generator : numpy.random.Generator

    Returns
    -------
    list of ndarray of bool, shape (singers,)
        Masks over all codes.
    """
    order = generator.permutation(who)
    folds = min(folds, len(who))
    return [_mask(order[first::folds], singers) for first in range(folds)]


def _mask(names: Codes, singers: int) -> Flags:
    mask = np.zeros(singers, bool)
    mask[names] = True
    return mask


def _judge(
    pairs: VoicePairs,
    judged: VoicePairs,
    after: Numbers,
    wrong: Flags,
    before: Calibration,
    generator: np.random.Generator,
) -> HeldOut:
    """Pool all folds: every two singers weigh the same, however often both were in one fold."""
    same = judged.same_singer
    names, who = np.unique(judged.one * pairs.singers + judged.other, return_inverse=True)
    weights = judged.weights / np.bincount(who, judged.weights)[who]
    halves = np.where(same, *(0.5 * weights / weights[kind].sum() for kind in (same, ~same)))
    formerly = before.probabilities(judged.distances)
    gained = _loss(formerly, same) - _loss(after, same)
    errors, gains = (np.bincount(who, weights * values).astype(np.float64) for values in (wrong, gained))
    singers = OverSingers.of(names // pairs.singers, names % pairs.singers, generator)
    return HeldOut(
        misses=singers.estimate(singers.of_one(errors)),
        false_alarms=singers.estimate(singers.of_two(errors)),
        gain=singers.estimate((singers.of_one(gains) + singers.of_two(gains)) / 2),
        after=measure_reliability(after, same, halves),
        before=measure_reliability(formerly, same, halves),
        pairs_of_singers=judged.pairs_of_singers,
    )


def _loss(probabilities: Numbers, same: Flags) -> Numbers:
    return -np.log(np.maximum(np.where(same, probabilities, 1 - probabilities), TINY))
