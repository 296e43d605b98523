"""Smooth random curves over the bins, and conversion between dB above the floor and power in excess of it."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# Natural logarithm of the power ratio of one decibel.
DECIBEL = math.log(10) / 10


def cosines(bins: int, orders: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sample the cosines of the discrete cosine transform (type II): shape (orders, bins), each between -1 and 1."""
    return np.cos(np.pi * np.outer(orders, np.arange(bins) + 0.5) / bins)


def draw_curves(
    count: int, bins: int, orders: int, deviation: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw curves of mean 0 over the bins.

    The weight of cosine k = 1, 2 ... is normally distributed with a standard deviation proportional to 1 / k.

    Parameters
    ----------
    count, bins : int
        Numbers of curves and of their points.
    orders : int
        Number of cosines.
    deviation : float
        Root mean square of all points of all curves.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (count, bins)
    """
    order = np.arange(1, orders + 1)
    weights = generator.standard_normal((count, orders)) * np.sqrt(2 / np.sum(1 / order**2)) / order
    curves: NDArray[np.float64] = deviation * weights @ cosines(bins, order)
    return curves


def to_excess(decibels: Tensor) -> Tensor:
    """Compute ``10 ** (dB / 10) - 1``: the power in excess of the floor, in units of the floor."""
    return (decibels * DECIBEL).expm1_()


def from_excess(excess: Tensor) -> Tensor:
    """Invert `to_excess`, in place."""
    return torch.log1p(excess, out=excess).mul_(1 / DECIBEL)
