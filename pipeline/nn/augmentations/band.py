"""Band limits: below a low and above a high edge, power falls off along a slope."""

import numpy as np
from numpy.typing import NDArray

SLOPES = (12.0, 48.0)
"""Least and greatest fall, in dB an octave: filters of second to eighth order."""


def draw_band(
    count: int, hertz: NDArray[np.float64], octaves: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw edges and slopes.

    Parameters
    ----------
    count : int
        Number of clips.
    hertz : ndarray, shape (bins,)
        Centre frequencies, ascending.
    octaves : float
        An edge lies up to so many octaves inside the lowest or highest bin, uniformly.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (count, bins)
        Gain in dB, 0 within the band; the two edges of a clip have slopes of their own.
    """
    inside, slope = generator.uniform(0, octaves, (2, count, 1)), generator.uniform(*SLOPES, (2, count, 1))
    return band_gain(np.log2(hertz), inside, slope)


def band_gain(
    octave: NDArray[np.float64], inside: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute the gain in dB.

    Parameters
    ----------
    octave : ndarray, shape (bins,)
        Logarithm to base 2 of the frequencies.
    inside, slope : ndarray, shape (2, count, 1)
        Of the low and of the high edge: octaves from the outermost bin, and dB an octave.
    """
    below, above = octave[0] + inside[0] - octave, octave - octave[-1] + inside[1]
    gain: NDArray[np.float64] = -slope[0] * np.maximum(below, 0) - slope[1] * np.maximum(above, 0)
    return gain
