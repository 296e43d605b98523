"""Level, periodicity and period of every frame: what the voice is found by where nothing is clustered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.frames import Recording, frame_blocks
from pipeline.audio.voicing import normalised_autocorrelation

# The shortest lag whose peak comes this close to the highest is the period: its multiples are peaks too.
NEARLY_HIGHEST = 0.95
# The top of that peak is sought up to so much further on: in noise a ripple comes before it.
PEAK_WIDTH = 1.05


@dataclass(frozen=True, eq=False)
class Periods:
    """What is measured in each frame.

    Attributes
    ----------
    power : ndarray of float64, shape (frames,)
        Mean square over those of its samples that lie within the recording.
    inside : ndarray of float64, shape (frames,)
        Share of its samples that do: half of them in the first frame.
    periodicity : ndarray of float64, shape (frames,)
        Highest peak of the normalised autocorrelation, 0 to 1; see `pipeline.audio.voicing.measure_voice`.
    period : ndarray of float64, shape (frames,)
        Shortest period, in seconds; 0 where there is none.
    persistence : ndarray of float64, shape (frames,)
        Autocorrelation at twice the period as a share of that at the period, near 1 for a tone; noise with a resonance
        soon forgets. 0 where twice the period is beyond the range.
    """

    power: NDArray[np.float64]
    inside: NDArray[np.float64]
    periodicity: NDArray[np.float64]
    period: NDArray[np.float64]
    persistence: NDArray[np.float64]


def measure_periods(samples: Recording, rate: int, *, length: int, hop: int, min_hz: float, max_hz: float) -> Periods:
    """Measure level, periodicity and period of each frame.

    Tones above `max_hz` are found by multiples of their period.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    length, hop : int
        Length and hop of the frames in samples; frames are those of `pipeline.audio.frames.frame_blocks`.
    min_hz, max_hz : float
        Range of pitch in Hz.
    """
    shortest, longest = int(rate / max_hz), int(rate / min_hz)
    squares, heights, places, persistences = [], [], [], []
    for block in frame_blocks(samples, length, hop):
        squares.append(np.mean(block * block, axis=1, dtype=np.float64))
        correlation = normalised_autocorrelation(block - block.mean(axis=1, keepdims=True), longest)
        height, place = _first_peak(correlation, shortest)
        heights.append(height)
        places.append(place)
        persistences.append(_persistence(correlation, place))
    square = np.concatenate(squares)
    middles = np.arange(len(square)) * hop
    within = np.minimum(middles + length // 2, len(samples)) - np.maximum(middles - length // 2, 0)
    inside = np.maximum(within, 1) / length
    return Periods(
        square / inside,
        inside,
        np.concatenate(heights),
        np.concatenate(places) / rate,
        np.concatenate(persistences),
    )


def _first_peak(correlation: NDArray[np.float64], shortest: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the height of each frame's highest peak, and the lag of the first one about as high; 0 for none."""
    longest = correlation.shape[1]
    lags = np.arange(1, longest + 1)
    falls = correlation <= 0
    beyond = np.where(falls.any(axis=1), falls.argmax(axis=1) + 1, longest + 1)
    allowed = np.where((lags >= shortest) & (lags > beyond[:, None]), correlation, 0)
    height = allowed.max(axis=1).clip(0, 1)
    is_high = allowed >= NEARLY_HIGHEST * height[:, None]
    is_high[:, :-1] &= allowed[:, :-1] >= allowed[:, 1:]
    first = lags[is_high.argmax(axis=1)]
    further = np.arange(1 + int((PEAK_WIDTH - 1) * longest))
    near = np.take_along_axis(allowed, np.minimum(first[:, None] + further, longest) - 1, axis=1)
    top = np.where(further <= (PEAK_WIDTH - 1) * first[:, None], near, 0).argmax(axis=1)
    return height, np.where(height > 0, np.minimum(first + top, longest), 0)


def _persistence(correlation: NDArray[np.float64], period: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the correlation at twice a period, give or take its rounding, relative to that at the period."""
    longest = correlation.shape[1]
    twice = 2 * period[:, None] + np.array([-1, 0, 1])
    there = (period > 0) & (2 * period < longest)
    heights = np.take_along_axis(correlation, np.clip(twice, 1, longest) - 1, axis=1).max(axis=1)
    once = np.take_along_axis(correlation, np.maximum(period, 1)[:, None] - 1, axis=1)[:, 0]
    return np.where(there, heights / np.where(there, once, 1), 0)
