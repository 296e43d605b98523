"""Mel bands on Slaney's scale: even up to 1 kHz, logarithmic above (Slaney, Auditory Toolbox, 1998).

The bands are librosa's, to the last bit. They are written out here because importing librosa takes as long as importing
PyTorch, and brings a compiler, which nobody needs who only asks who sings.
"""

import numpy as np
from numpy.typing import NDArray

# The scale is even up to this frequency, with so many hertz to a mel.
CORNER_HZ, HZ_PER_MEL = 1000.0, 200.0 / 3
CORNER_MEL = CORNER_HZ / HZ_PER_MEL
# Natural logarithm of the ratio of frequencies a mel apart, above the corner.
LOG_STEP = np.log(6.4) / 27.0


def mel_frequencies(count: int, highest_hz: float) -> NDArray[np.float64]:
    """Lay out frequencies evenly on Slaney's scale, the first at 0 Hz.

    Parameters
    ----------
    count : int
    highest_hz : float
        The last of them.

    Returns
    -------
    ndarray of float64, shape (count,)
        Hz, ascending.
    """
    top = highest_hz / HZ_PER_MEL
    if top >= CORNER_MEL:
        top = CORNER_MEL + np.log(highest_hz / CORNER_HZ) / LOG_STEP
    mels = np.linspace(0.0, top, count)
    logarithmic = CORNER_HZ * np.exp(LOG_STEP * (mels - CORNER_MEL))
    return np.where(mels < CORNER_MEL, HZ_PER_MEL * mels, logarithmic)


def mel_filters(rate: int, length: int, bands: int) -> NDArray[np.float32]:
    """Lay out triangles of equal area over the bins of a spectrum, from 0 Hz to half the sampling rate.

    Parameters
    ----------
    rate : int
        Sampling rate in Hz.
    length : int
        Samples of a frame.
    bands : int
        Number of triangles. Each rises from the peak of the one before and falls to that of the next.

    Returns
    -------
    ndarray of float32, shape (bands, 1 + length // 2)
        All 0 for a band that no bin falls into.
    """
    corners = mel_frequencies(bands + 2, rate / 2)
    width = np.diff(corners)[:, None]
    beyond = corners[:, None] - np.fft.rfftfreq(length, 1.0 / rate)
    rising, falling = -beyond[:-2] / width[:-1], beyond[2:] / width[1:]
    filters = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    # Rounded before and after, as librosa does.
    filters *= (2.0 / (corners[2:] - corners[:-2]))[:, None]
    return filters
