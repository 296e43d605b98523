"""The two spectrograms that the network may see, in decibels (paper section 3.2)."""

from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.constant_q import constant_q_power
from pipeline.audio.frames import Recording, count_frames, power_blocks
from pipeline.audio.mel import mel_filters, mel_frequencies
from pipeline.audio.settings import Feature, SpectrogramSettings

# Frames put into decibels at a time, so that hours of singing fit in memory.
BLOCK = 8192


def spectrogram(samples: Recording, rate: int, feature: Feature, settings: SpectrogramSettings) -> NDArray[np.float32]:
    """Compute either spectrogram in decibels, as the network sees it.

    Returns
    -------
    ndarray of float32, shape (1 + samples // hop, bins)
        Between 0 and `floor_db`; see `mel_spectrogram`, `constant_q_power` and `to_decibels`.
    """
    match feature:
        case "mel":
            power = mel_spectrogram(samples, rate, length=settings.length, hop=settings.hop, bins=settings.bins)
        case "cqt":
            power = constant_q_power(
                samples,
                rate,
                hop=settings.hop,
                bins=settings.bins,
                bins_per_octave=settings.bins_per_octave,
                min_hz=settings.cqt_min_hz,
            )
        case _:
            assert_never(feature)
    return to_decibels(power, settings.floor_db)


def centre_frequencies(rate: int, feature: Feature, settings: SpectrogramSettings) -> NDArray[np.float64]:
    """Return the centre frequency of every bin in Hz, shape (bins,)."""
    match feature:
        case "mel":
            return mel_frequencies(settings.bins + 2, rate / 2)[1:-1]
        case "cqt":
            return settings.cqt_min_hz * 2.0 ** (np.arange(settings.bins) / settings.bins_per_octave)
        case _:
            assert_never(feature)


def mel_spectrogram(samples: Recording, rate: int, *, length: int, hop: int, bins: int) -> NDArray[np.float32]:
    """Compute the power of a recording in mel bands: Slaney's scale from 0 Hz to half the sampling rate.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    length, hop : int
        Length and hop of the centred Hann-windowed frames, in samples; the length is even.
    bins : int
        Number of mel bands.

    Returns
    -------
    ndarray of float32, shape (1 + samples // hop, bins)
    """
    bands = np.ascontiguousarray(mel_filters(rate, length, bins).T)  # multiplies twice as fast
    power = np.empty((count_frames(len(samples), hop), bins), np.float32)
    done = 0
    for block in power_blocks(samples, length, hop):
        np.matmul(block, bands, out=power[done : done + len(block)])
        done += len(block)
    return power


def to_decibels(power: NDArray[np.float32], floor_db: float) -> NDArray[np.float32]:
    """Express power in decibels above a floor that lies `floor_db` below the recording's maximum.

    Parameters
    ----------
    power : ndarray of float32, shape (frames, bins)
    floor_db : float
        Range kept, in dB; what is weaker becomes 0 and the maximum becomes `floor_db`.

    Returns
    -------
    ndarray of float32, shape (frames, bins)
        Between 0 and `floor_db`; 0 everywhere for a silent recording.
    """
    floor = float(power.max()) * 10 ** (-floor_db / 10)
    if floor == 0:
        return np.zeros_like(power)
    decibels = np.empty_like(power)
    for start in range(0, len(power), BLOCK):
        block = slice(start, start + BLOCK)
        decibels[block] = 10 * np.log10(np.maximum(power[block], floor, dtype=np.float64) / floor)
    return decibels
