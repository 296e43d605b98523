"""Between decibels above the floor and the power in excess of it."""

import math

import torch
from torch import Tensor

DECIBEL = math.log(10) / 10
"""Natural logarithm of the power ratio of one decibel."""


def to_excess(decibels: Tensor) -> Tensor:
    """Give ``10 ** (dB / 10) - 1``: how much power lies above the floor, in units of the floor."""
    return (decibels * DECIBEL).expm1_()


def to_decibels(excess: Tensor) -> Tensor:
    """Undo `to_excess`, in place."""
    return torch.log1p(excess, out=excess).mul_(1 / DECIBEL)
