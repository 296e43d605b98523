"""A stand-in for lossy codecs, which spend no bits on what is masked: no high band, and gaps beside loud bins.

No codec is run. Real ones follow a psychoacoustic model, in bands and frames of their own, and add noise.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import max_pool1d

# The high band is cut at most this far below the highest bin.
CUT_OCTAVES = 1.5
# Least and greatest depth below the loudest neighbour from which a bin is emptied.
DEPTHS_DB = (18.0, 36.0)
# Number of neighbours on either side.
NEIGHBOURS = 3


@dataclass(frozen=True)
class Codecs:
    """A codec for each clip.

    Attributes
    ----------
    chosen : ndarray of bool, shape (count,)
        Whether a clip passes through a codec.
    kept : ndarray of bool, shape (count, bins)
        Bins below the cut.
    depth : ndarray, shape (count,)
        Power below which a bin is emptied, as a share of its loudest neighbour's.
    """

    chosen: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    depth: NDArray[np.float64]


def draw_codecs(count: int, hertz: NDArray[np.float64], share: float, generator: np.random.Generator) -> Codecs:
    """Draw codecs for a share of the clips, with cuts uniform in octaves and depths uniform in dB."""
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
