"""Weights of attention as the page holds them: a byte each."""

import numpy as np
from numpy.typing import NDArray

# The level stored for an average weight: e^2, which no learned relative weight can exceed, is level 236.
LEVELS = 32


def to_levels(weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Quantise relative weights to bytes, in steps of a 32nd of the average weight."""
    return np.clip(np.rint(weights * LEVELS), 0, 255).astype(np.uint8)
