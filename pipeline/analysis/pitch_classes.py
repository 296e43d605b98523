"""Filters that gather a spectrum by pitch class, whatever the octave (chroma; Ellis 2007), as librosa lays them out."""

import numpy as np
from numpy.typing import NDArray

CONCERT_A = 440.0
CENTRE_OCTAVE, OCTAVES_WIDE = 5.0, 2.0
"""The octave heard best, counted from that of 27.5 Hz, and the standard deviation of the bell around it."""


def pitch_class_filters(rate: int, length: int, count: int) -> NDArray[np.float32]:
    """Lay out a bell around each pitch class in every octave, under one wide bell over all octaves.

    Written out here because librosa's compiles for 20 s in a fresh environment.

    Parameters
    ----------
    rate : int
        Sampling rate in Hz.
    length : int
        Samples of a frame.
    count : int
        Pitch classes in an octave; the first is C, with A4 at 440 Hz.

    Returns
    -------
    ndarray of float32, shape (count, 1 + length // 2)
    """
    hertz = np.arange(1, length) * rate / length
    steps = count * np.log2(hertz / (CONCERT_A / 16))
    steps = np.concatenate([[steps[0] - 1.5 * count], steps])  # 0 Hz lies nowhere; librosa puts it below bin 1
    width = np.concatenate([np.maximum(np.diff(steps), 1), [1]])
    half = np.round(count / 2)
    away = np.mod(steps - np.arange(count)[:, None] + half, count) - half
    bells = np.exp(-2 * (away / width) ** 2)
    bells /= np.linalg.norm(bells, axis=0)
    bells *= np.exp(-0.5 * ((steps / count - CENTRE_OCTAVE) / OCTAVES_WIDE) ** 2)
    from_c: NDArray[np.float32] = np.roll(bells, -3 * (count // 12), axis=0)[:, : 1 + length // 2].astype(np.float32)
    return from_c
