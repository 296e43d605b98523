"""One channel at one sampling rate, and what is too short or too quiet to use (paper section 3.2)."""

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadRecordingError

SILENCE = 1e-4


def to_mono(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average the channels and take away the constant offset.

    An offset cannot be heard, but it correlates perfectly with itself: every frame would count as voiced.

    Parameters
    ----------
    samples : ndarray of float32, shape (samples, channels)

    Returns
    -------
    ndarray of float32, shape (samples,)

    Raises
    ------
    BadRecordingError
        Every channel is silent, or they cancel each other out: peak to peak, less than 1e-4 of full scale.
    """
    mean = samples.mean(axis=1, dtype=np.float64)
    if np.ptp(mean) < SILENCE:
        audible = bool((np.ptp(samples, axis=0) >= SILENCE).any())
        raise BadRecordingError("its channels cancel each other out" if audible else "silent")
    centred: NDArray[np.float32] = (mean - mean.mean()).astype(np.float32)
    return centred


def resample(samples: NDArray[np.float32], rate: int, target: int, quality: str) -> NDArray[np.float32]:
    """Change the sampling rate with soxr.

    Parameters
    ----------
    samples : ndarray of float32, shape (samples,)
    rate, target : int
        Sampling rates before and after, in Hz.
    quality : {"MQ", "HQ", "VHQ"}
        soxr's medium, high or very high quality.

    Returns
    -------
    ndarray of float32, shape (about samples * target / rate,)
    """
    import soxr

    resampled: NDArray[np.float32] = soxr.resample(samples, rate, target, quality)
    return resampled


def check_long_enough(samples: NDArray[np.float32], rate: int, shortest: int) -> None:
    """Raise `BadRecordingError` for a recording of fewer samples than one analysis frame has."""
    if len(samples) < shortest:
        held, needed = 1000 * len(samples) / rate, 1000 * shortest / rate
        raise BadRecordingError(f"too short: {held:.0f} ms, an analysis frame has {needed:.0f} ms")


def limit_peak(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale down what exceeds -1..1, which a file of whole numbers would clip; leave all else as it is."""
    peak = float(np.abs(samples).max())
    return samples / np.float32(peak) if peak > 1 else samples
