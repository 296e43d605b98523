"""Vibrato: rate and extent, read off the pitch contour where a note is held."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Length of the stretches that are read: at least one and a half vibrato cycles, and short enough for a sung note.
STRETCH_S = 0.5
# Where a vibrato is looked for; singers' lie between 4 and 8.
RATES_HZ = np.arange(3.0, 9.01, 0.1)
# A stretch in which the pitch drifts by more is a passage between notes.
DRIFT_CENTS = 100.0
# A stretch whose contour strays further (RMS) from drift and vibrato together holds a jump or a tracking error.
UNEXPLAINED_CENTS = 20.0
# A vibrato is there when it explains more than this share of what the drift leaves.
HEARD_SHARE = 0.5


class Vibrato(NamedTuple):
    """Vibrato of stretches of a contour; one value each, NaN where it cannot be measured.

    Attributes
    ----------
    rate : ndarray of float64, shape (stretches,)
        Hz; NaN where the stretch is not steady or has no vibrato.
    extent : ndarray of float64, shape (stretches,)
        Amplitude in cents (half of peak to peak); NaN where the stretch is not steady, near 0 without vibrato.
    """

    rate: NDArray[np.float64]
    extent: NDArray[np.float64]


def stretch_frames(step_s: float) -> int:
    """Count the frames of a stretch."""
    return 1 + round(STRETCH_S / step_s)


def read_vibrato(cents: NDArray[np.float64], step_s: float) -> Vibrato:
    """Read the vibrato of every stretch of a contour.

    To each stretch a parabola (the drift) and a sinusoid are fitted together by least squares, for each rate from
    3 to 9 Hz; the rate that leaves least is taken, if it lies inside that range. Fitting both at once is exact for
    stretches as short as this, where removing the drift first would take some of the vibrato with it.

    Parameters
    ----------
    cents : ndarray of float64, shape (frames,)
        Pitch above any reference; NaN where there is none.
    step_s : float
        Time between frames in seconds.

    Returns
    -------
    Vibrato
        Of the stretches that start at frame 0, 1, ...: ``frames + 1 - stretch_frames(step_s)`` of them, or none.
    """
    length = stretch_frames(step_s)
    if len(cents) < length:
        return Vibrato(np.empty(0), np.empty(0))
    stretches = np.lib.stride_tricks.sliding_window_view(cents, length)
    rate, extent = np.full((2, len(stretches)), np.nan)
    sung = np.isfinite(stretches).all(axis=1)
    if sung.any():
        rate[sung], extent[sung] = _fit(stretches[sung], step_s)
    return Vibrato(rate, extent)


def _fit(stretches: NDArray[np.float64], step_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    place = np.linspace(-1, 1, stretches.shape[1])
    drift = np.linalg.qr(np.stack([np.ones_like(place), place, place**2], axis=1))[0]
    centred = stretches - stretches.mean(axis=1, keepdims=True)
    left = centred - (centred @ drift) @ drift.T
    before = np.sum(left**2, axis=1)

    explained = np.empty((len(RATES_HZ), len(stretches)))
    waves = [_wave(rate, place, step_s) for rate in RATES_HZ]
    for row, wave in zip(explained, waves, strict=True):
        basis = np.linalg.qr(wave - drift @ (drift.T @ wave))[0]
        row[:] = np.sum((left @ basis) ** 2, axis=1)
    best = explained.argmax(axis=0)

    extent, run = np.empty((2, len(stretches)))
    for number in np.unique(best):
        chosen = best == number
        design = np.column_stack([np.ones_like(place), place, place**2, waves[number]])
        _, slope, _, cosine, sine = np.linalg.lstsq(design, centred[chosen].T)[0]
        extent[chosen], run[chosen] = np.hypot(cosine, sine), 2 * np.abs(slope)

    peak = explained.max(axis=0)
    inside = (best > 0) & (best < len(RATES_HZ) - 1)
    unexplained = np.sqrt(np.maximum(before - peak, 0) / stretches.shape[1])
    steady = (run <= DRIFT_CENTS) & (unexplained <= UNEXPLAINED_CENTS)
    heard = steady & inside & (peak > HEARD_SHARE * before)
    extent = np.where(steady & (inside | (peak <= HEARD_SHARE * before)), extent, np.nan)
    return np.where(heard, RATES_HZ[best], np.nan), extent


def _wave(rate: float, place: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
    phase = np.pi * rate * place * step_s * (len(place) - 1)
    return np.stack([np.cos(phase), np.sin(phase)], axis=1)
