"""Whether a voice may be speaking: a singer holds a pitch, a speaker glides from one to the next.

Nothing else tells them apart so plainly: both are periodic, pause, and have formants. But singers glide, too, and runs
of four notes a second or more look like glides in frames of a tenth of a second. So this raises a doubt, and no more.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from pipeline.audio.runs import cover, runs

# A pitch is held that stays within so much for so long, once it is averaged over a cycle of vibrato.
HELD_CENTS, HELD_S, VIBRATO_S = 100.0, 0.3, 0.185
# From frame to frame, no voice glides further: a melody leaps to another note, or the period was mistaken.
JUMP_CENTS = 120.0
# A median over so many frames bridges mistaken periods.
BRIDGED = 5
# Speech holds its pitch for less than this share of the time for which it can be followed, at least so long.
HELD_SHARE, LEAST_S = 0.55, 5.0


def glides(period: NDArray[np.float64], tones: NDArray[np.bool_], frame_seconds: float) -> bool:
    """Return whether the pitch of a recording glides as that of speech does; False where too little can be followed.

    Parameters
    ----------
    period : ndarray of float64, shape (frames,)
        In seconds; 0 where there is none.
    tones : ndarray of bool, shape (frames,)
        The frames to judge by.
    frame_seconds : float
        Time from frame to frame.
    """
    held, followed = held_seconds(period, tones, frame_seconds)
    return followed >= LEAST_S and held < HELD_SHARE * followed


def held_seconds(period: NDArray[np.float64], tones: NDArray[np.bool_], frame_seconds: float) -> tuple[float, float]:
    """Return for how long a pitch is held, and followed: in passages of `HELD_S` or more without a jump.

    Parameters are those of `glides`.
    """
    length = max(1, round(HELD_S / frame_seconds))
    held = followed = 0
    for start, end in zip(*runs(tones & (period > 0)), strict=True):
        contour = median_filter(-1200 * np.log2(period[start:end]), BRIDGED, mode="nearest")
        jumps = np.flatnonzero(np.abs(np.diff(contour)) > JUMP_CENTS) + 1
        for passage in np.split(contour, jumps):
            if len(passage) >= length:
                held += _count_held(passage, length, max(1, round(VIBRATO_S / frame_seconds)))
                followed += len(passage)
    return held * frame_seconds, followed * frame_seconds


def _count_held(passage: NDArray[np.float64], length: int, cycle: int) -> int:
    """Count the frames of a passage in stretches of so many frames in which its pitch stays."""
    steady = uniform_filter1d(passage, cycle, mode="nearest")
    stretches = np.lib.stride_tricks.sliding_window_view(steady, length)
    starts = np.flatnonzero(np.ptp(stretches, axis=1) <= HELD_CENTS)
    return int(np.count_nonzero(cover(starts, starts + length, len(passage))))
