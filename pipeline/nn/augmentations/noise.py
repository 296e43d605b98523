"""A steady noise floor of random level and smooth spectrum."""

import numpy as np
from numpy.typing import NDArray

from pipeline.nn.augmentations.curves import draw_curves
from pipeline.nn.augmentations.decibels import DECIBEL

ORDERS, DEVIATION_DB = 4, 3.0
"""Cosines of the spectrum, and how far it strays from its mean."""


def draw_noise(count: int, bins: int, highest_db: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw the noise's power, the same in all frames of a clip.

    Parameters
    ----------
    count, bins : int
        Clips, and bins of their frames.
    highest_db : float
        The level, taken over the bins, is uniform between 0 and this many dB above the floor; 0 is no noise.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (count, bins)
        Excess of power over the floor; a silent clip becomes the noise alone.
    """
    level = generator.uniform(0, highest_db, (count, 1))
    shape = draw_curves(count, bins, ORDERS, DEVIATION_DB, generator)
    return np.maximum(np.expm1((level + shape * (highest_db > 0)) * DECIBEL), 0)
