"""The paper's optimiser (paper 3.4), and a learning rate that follows from the step's number alone."""

import math

import torch
from torch import nn

from pipeline.nn.networks.embedder import Embedder

RISE = 0.3
"""Share of the steps in which the rate rises."""
START, END = 1 / 25, 1 / 25 / 1e4
"""The first rate and the last one, as shares of the peak."""


def adam(network: Embedder, learning_rate: float, l2: float, head: nn.Module | None = None) -> torch.optim.Adam:
    """Make the paper's optimiser: Adam, with the penalty ``l2 x sum w^2`` on the weights.

    The penalty's gradient is ``2 l2 w``: Adam's (coupled) weight decay of twice `l2`, on kernels and the attention's
    w alone; what the `head` trains beside the network has none.
    """
    weights = network.weight_tensors()
    held = {id(weight) for weight in weights}
    others = [parameter for parameter in network.parameters() if id(parameter) not in held]
    others += list(head.parameters()) if head else []
    return torch.optim.Adam(
        [{"params": weights, "weight_decay": 2 * l2}, {"params": others, "weight_decay": 0.0}],
        lr=learning_rate,
        fused=True,  # one pass over all that an optimiser holds: for 203 million parameters, a third of a step
    )


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
