"""The long-term average spectrum (LTAS): what a whole recording sounds like, and its pauses alone."""

from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.audio.frames import Recording, frame_blocks

LOWEST_HZ = 100.0
BANDS_PER_OCTAVE = 3
# Bands end below this share of half the sampling rate, where the resampler's filter begins.
TOP_SHARE = 0.95
RANGE_DB = 80.0
# Least length of all pauses together from which a spectrum is taken.
PAUSE_S = 0.5


def power_frames(samples: Recording, length: int, hop: int) -> NDArray[np.float32]:
    """Compute the power spectrum of every frame (Hann window, centred), in float64 and rounded, as librosa does.

    Parameters
    ----------
    samples : Recording of float32
    length, hop : int
        Length and hop of the frames in samples; the length is even.

    Returns
    -------
    ndarray of float32, shape (1 + samples // hop, 1 + length // 2)
    """
    window = 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, length + 1)[:-1])
    spectra = (scipy.fft.rfft(window * block, axis=1) for block in frame_blocks(samples, length, hop))
    return np.concatenate([np.abs(spectrum.astype(np.complex64)) ** 2 for spectrum in spectra])


def band_edges(rate: int, length: int) -> list[tuple[int, int]]:
    """Lay out third-octave bands from 100 Hz up, as first bin and the one after the last; none is empty."""
    count = int(BANDS_PER_OCTAVE * np.log2(TOP_SHARE * rate / 2 / LOWEST_HZ))
    bins = np.ceil(LOWEST_HZ * 2 ** (np.arange(count + 1) / BANDS_PER_OCTAVE) * length / rate).astype(int)
    return [(int(first), int(end)) for first, end in pairwise(bins) if end > first]


def long_term_average(power: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Average the power of all frames in third-octave bands, freed of the level.

    Parameters
    ----------
    power : ndarray of float32, shape (frames, 1 + length // 2)
        From `power_frames`, not silent throughout.
    rate : int
        Sampling rate in Hz.

    Returns
    -------
    ndarray of float32, shape (bands,)
        dB, with mean 0; a band more than 80 dB below the strongest counts as 80 dB below.
    """
    return _levels(_band_power(power, rate).mean(axis=0))


def pause_average(
    power: NDArray[np.float32], voiced: NDArray[np.bool_], rate: int, hop: int
) -> NDArray[np.float32] | None:
    """Compute the spectrum of the pauses: room and microphone, rather than the singer.

    Frames that share a sample with a voiced one are left out, and so are those of digital silence. Each band's
    power is the median over the rest, so that breaths and the start of a consonant count little.

    Parameters
    ----------
    power, rate
        As in `long_term_average`.
    voiced : ndarray of bool, shape (frames,)
        Where somebody sings.
    hop : int
        Samples between frames.

    Returns
    -------
    ndarray of float32, shape (bands,), or None
        As `long_term_average`; None when less than half a second of pauses is left.
    """
    length = 2 * (power.shape[1] - 1)
    reach = -(-length // hop)
    near = np.convolve(voiced, np.ones(2 * reach - 1), mode="full")[reach - 1 :][: len(voiced)] > 0.5
    bands = _band_power(power[~near], rate)
    bands = bands[bands.sum(axis=1) > 0]
    if len(bands) * hop < PAUSE_S * rate:
        return None
    middle = np.median(bands, axis=0)
    return _levels(middle) if middle.any() else None


def _band_power(power: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    edges = band_edges(rate, 2 * (power.shape[1] - 1))
    return np.stack([power[:, first:end].mean(axis=1, dtype=np.float64) for first, end in edges], axis=1)


def _levels(power: NDArray[np.float64]) -> NDArray[np.float32]:
    levels = 10 * np.log10(np.maximum(power, power.max() * 10 ** (-RANGE_DB / 10)))
    centred: NDArray[np.float32] = (levels - levels.mean()).astype(np.float32)
    return centred
