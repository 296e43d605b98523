"""The glottal source: pulses with all harmonics equally strong, and the noise of air rushing through.

The slope of the spectrum is given to the pulses afterwards, together with the formants (`pipeline.choir.vocal_tract`).
"""

import numpy as np
from numpy.typing import NDArray

# No harmonics above this frequency.
HIGHEST_HZ = 10_000.0
# How much louder the noise is while the glottis is open.
MODULATION = 0.5


def phase_of(f0: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Phase of the fundamental, radians in [0, 2 pi), from its frequency in Hz at every sample."""
    cycles = np.cumsum(f0 / rate)
    return np.asarray(2 * np.pi * (cycles - np.floor(cycles)), dtype=np.float64)


def pulses(phase: NDArray[np.float64], f0: NDArray[np.float64]) -> NDArray[np.float32]:
    """Make a band-limited pulse a period: the sum of cosines of amplitude 1, one a harmonic.

    Parameters
    ----------
    phase, f0 : (samples,) array
        Phase (radians) and frequency (Hz) of the fundamental.

    Returns
    -------
    (samples,) float32 array
        By the closed form of the sum (Dirichlet's kernel).
    """
    harmonics = np.floor(HIGHEST_HZ / f0)
    half = np.sin(phase / 2)
    closed = np.abs(half) < 1e-6
    kernel = np.sin((harmonics + 0.5) * phase) / (2 * np.where(closed, 1.0, half)) - 0.5
    return np.where(closed, harmonics, kernel).astype(np.float32)


def aspiration(phase: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    """White noise with the power of one harmonic (1/2), strongest once a period.

    Parameters
    ----------
    phase : (samples,) array
        Phase of the fundamental, radians.
    rng : numpy.random.Generator

    Returns
    -------
    (samples,) float32 array
    """
    noise = rng.standard_normal(len(phase), dtype=np.float32)
    shape = 1 - MODULATION * np.cos(phase)
    return np.asarray(noise * shape * np.sqrt(0.5 / (1 + MODULATION**2 / 2)), dtype=np.float32)
