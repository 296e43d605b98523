"""Signs that a training does not learn what it should, each named with what to try (paper 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.nn.objectives.loss import Row

IN_A_ROW = 3
"""Validations that must agree: one alone may be chance."""
TINY = 0.01
"""Share of the margin, or of what stands for it, below which a mean distance counts as none."""
FAR = 10.0
"""Times the loss of a constant embedding beyond which a loss counts as running away."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with a training.

    Attributes
    ----------
    name : str
        One or two words.
    line : str
        What was seen, and what to try.
    """

    name: str
    line: str


def diagnose(validations: Sequence[Row], width: float, name: str = "margin") -> Finding | None:
    """Look at the validations so far, the latest last; None where they look well, or where it is too early to tell.

    Parameters
    ----------
    validations : sequence of dict
        `PairStatistics` as rows.
    width : float
        A squared distance beside which those of a collapsed embedding are nothing: m of the contrastive loss.
    name : str
        What it is called.
    """
    last = validations[-IN_A_ROW:]
    if len(last) < IN_A_ROW:
        return None
    return _collapsed(last, width, name) or _diverging(last) or _learned_nothing(validations)


def _collapsed(last: Sequence[Row], width: float, name: str) -> Finding | None:
    """All clips at one place: no distance is left, so the loss is that of a constant embedding."""
    widest = max(max(row["positive_distance"], row["negative_distance"]) for row in last)
    if widest >= TINY * width:
        return None
    return Finding(
        "collapsed",
        f"collapsed: the mean squared distances of same-singer and of different-singer pairs are both below "
        f"{widest:.2g} ({name} {width:g}); lower train.learning_rate or train.l2, or try another seed",
    )


def _diverging(last: Sequence[Row]) -> Finding | None:
    losses = [row["loss"] for row in last]
    if losses != sorted(losses) or losses[0] <= FAR * last[0]["collapse"]:
        return None
    return Finding(
        "diverging",
        f"diverging: the validation loss has risen to {losses[-1]:.3g}, a constant embedding has "
        f"{last[-1]['collapse']:.3g}; lower train.learning_rate",
    )


def _learned_nothing(validations: Sequence[Row]) -> Finding | None:
    best = min(validations, key=lambda row: row["loss"])
    if best["loss"] < best["collapse"]:
        return None
    return Finding(
        "not learning",
        f"not learning: in {len(validations)} validations the loss was never below a constant embedding's "
        f"{best['collapse']:.3g}; train longer, on more singers, or raise train.learning_rate",
    )
