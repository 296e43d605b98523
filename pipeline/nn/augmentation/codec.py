"""A stand-in for lossy codecs, which keep bits from what is masked: no high band, and holes beside loud bins.

No codec is run. Real ones decide by a psychoacoustic model, in bands and frames of their own, and add noise.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import max_pool1d

CUT_OCTAVES = 1.5
"""The high band is cut up to so far below the highest bin."""
DEPTHS_DB = (18.0, 36.0)
"""Least and greatest depth below the loudest neighbour at which a bin is emptied."""
NEIGHBOURS = 3
"""Neighbours on either side."""


@dataclass(frozen=True)
class Codecs:
    """A codec for each clip.

    Attributes
    ----------
    chosen : ndarray of bool, shape (count,)
        Whether there is one.
    kept : ndarray of bool, shape (count, bins)
        Bins below the cut.
    depth : ndarray, shape (count,)
        Power at which a bin is emptied, as a share of its loudest neighbour's.
    """

    chosen: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    depth: NDArray[np.float64]


def draw_codecs(count: int, hertz: NDArray[np.float64], share: float, generator: np.random.Generator) -> Codecs:
    """Draw a codec for a share of the clips; its cut lies uniformly in octaves, its depth uniformly in dB."""
    chosen = generator.random(count) < share
    cut = np.log2(hertz[-1]) - generator.uniform(0, CUT_OCTAVES, (count, 1))
    depth_db = generator.uniform(*DEPTHS_DB, count)
    return Codecs(chosen, np.log2(hertz) <= cut, 10 ** (-depth_db / 10))


def empty_masked(power: Tensor, kept: Tensor, depth: Tensor) -> Tensor:
    """Cut the high band, and empty the bins far below their neighbours.

    Parameters
    ----------
    power : Tensor, shape (count, frames, bins)
    kept : Tensor, shape (count, 1, bins)
        1 below the cut, 0 above.
    depth : Tensor, shape (count, 1, 1)

    Returns
    -------
    Tensor
        Of the same shape.
    """
    below = power * kept
    loudest = max_pool1d(below, 2 * NEIGHBOURS + 1, stride=1, padding=NEIGHBOURS)
    return torch.where(below < depth * loudest, 0.0, below)
