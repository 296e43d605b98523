"""Masks of whole frames or whole bins (Park et al. 2019, SpecAugment)."""

import numpy as np
from numpy.typing import NDArray


def draw_masks(count: int, extent: int, masks: int, widest: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Draw the places that are left as they are.

    Parameters
    ----------
    count : int
        Number of clips.
    extent : int
        Number of frames or bins.
    masks : int
        Masks of a clip; they may overlap.
    widest : int
        A mask is 0 to so many frames or bins wide, all equally likely, and so is its place.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape (count, extent)
    """
    width = generator.integers(0, min(widest, extent), (count, masks, 1), endpoint=True)
    start = generator.integers(0, extent - width, endpoint=True)
    place = np.arange(extent)
    masked: NDArray[np.bool_] = np.any((place >= start) & (place < start + width), axis=1)
    return ~masked
