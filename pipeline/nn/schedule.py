"""The learning rate of each step, from the step's number alone: a training that carries on needs no state for it."""

import math

RISE = 0.3
"""Share of the steps in which the rate rises."""
START, END = 1 / 25, 1 / 25 / 1e4
"""The first rate and the last one, as shares of the peak."""


def one_cycle(step: int, steps: int) -> float:
    """Give the learning rate as a share of its peak: up, then down to almost nothing, both along half a cosine.

    The shape and its constants are those of `torch.optim.lr_scheduler.OneCycleLR` (Smith and Topin 2019), which holds
    a count of its own.

    Parameters
    ----------
    step : int
        From 0.
    steps : int
        How many there will be.
    """
    peak, last = RISE * steps - 1, steps - 1
    if step <= peak:
        return _along_cosine(START, 1, step / peak)
    return _along_cosine(1, END, (step - peak) / (last - peak))


def _along_cosine(start: float, end: float, part: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * part))
