"""Diagnoses of a training that does not learn what it should, each with what to try (paper 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.nn.objectives.loss import Row

# Number of validations that must agree: a single one may be chance.
IN_A_ROW = 3
# Share of the margin, or of its substitute, below which a mean distance counts as zero.
TINY = 0.01
# A loss beyond this many times a constant embedding's counts as diverging.
FAR = 10.0


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a training.

    Attributes
    ----------
    name : str
        One or two words.
    line : str
        What was observed, and what to try.
    """

    name: str
    line: str


def diagnose(validations: Sequence[Row], width: float, name: str = "margin") -> Diagnosis | None:
    """Examine the validations so far, latest last; return None if they look well, or if it is too early to tell.

    Parameters
    ----------
    validations : sequence of dict
        `PairStatistics` as rows.
    width : float
        A squared distance compared to which those of a collapsed embedding vanish: m of the contrastive loss.
    name : str
        Its name.
    """
    last = validations[-IN_A_ROW:]
    if len(last) < IN_A_ROW:
        return None
    return _collapsed(last, width, name) or _diverging(last) or _learned_nothing(validations)


def _collapsed(last: Sequence[Row], width: float, name: str) -> Diagnosis | None:
    """Diagnose an embedding that puts all clips at one place, whose loss is that of a constant embedding."""
    widest = max(max(row["positive_distance"], row["negative_distance"]) for row in last)
    if widest >= TINY * width:
        return None
    return Diagnosis(
        "collapsed",
        f"collapsed: the mean squared distances of same-singer and of different-singer pairs are both below "
        f"{widest:.2g} ({name} {width:g}); lower train.learning_rate or train.l2, or try another seed",
    )


def _diverging(last: Sequence[Row]) -> Diagnosis | None:
    losses = [row["loss"] for row in last]
    if losses != sorted(losses) or losses[0] <= FAR * last[0]["constant_loss"]:
        return None
    return Diagnosis(
        "diverging",
        f"diverging: the validation loss has risen to {losses[-1]:.3g}, a constant embedding's is "
        f"{last[-1]['constant_loss']:.3g}; lower train.learning_rate",
    )


def _learned_nothing(validations: Sequence[Row]) -> Diagnosis | None:
    best = min(validations, key=lambda row: row["loss"])
    if best["loss"] < best["constant_loss"]:
        return None
    return Diagnosis(
        "not learning",
        f"not learning: in {len(validations)} validations the loss was never below a constant embedding's "
        f"{best['constant_loss']:.3g}; train longer, on more singers, or raise train.learning_rate",
    )
