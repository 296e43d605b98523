"""The paper's optimiser (paper 3.4), and a learning rate that depends on the number of the step alone."""

import math

import torch
from torch import nn

from pipeline.nn.networks.embedder import Embedder

# Share of the steps during which the rate rises.
RISE = 0.3
# The first and the last rate, as shares of the peak.
START, END = 1 / 25, 1 / 25 / 1e4


def adam(network: Embedder, learning_rate: float, l2: float, head: nn.Module | None = None) -> torch.optim.Adam:
    """Make the paper's optimiser: Adam, with the penalty ``l2 x sum w^2`` on the weights.

    The penalty's gradient is ``2 l2 w``: Adam's (coupled) weight decay of twice `l2`, on kernels and the attention's w
    alone; the parameters of the `head`, which is trained beside the network, have none.
    """
    weights = network.weight_tensors()
    held = {id(weight) for weight in weights}
    others = [parameter for parameter in network.parameters() if id(parameter) not in held]
    others += list(head.parameters()) if head else []
    return torch.optim.Adam(
        [{"params": weights, "weight_decay": 2 * l2}, {"params": others, "weight_decay": 0.0}],
        lr=learning_rate,
        fused=True,  # one pass over all its state: with 203 million parameters that is a third of a step
    )


def one_cycle(step: int, steps: int) -> float:
    """Compute the learning rate as a share of its peak: up, then down to almost zero, both along half a cosine.

    The shape and its constants are those of `torch.optim.lr_scheduler.OneCycleLR` (Smith and Topin 2019), which keeps
    a step count of its own.

    Parameters
    ----------
    step : int
        The step, from 0.
    steps : int
        Total number of steps.
    """
    peak, last = RISE * steps - 1, steps - 1
    if step <= peak:
        return _along_cosine(START, 1, step / peak)
    return _along_cosine(1, END, (step - peak) / (last - peak))


def _along_cosine(start: float, end: float, part: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * part))
