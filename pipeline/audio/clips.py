"""Clips: the windows of a recording that the network sees, about 6 s each (paper section 3.3)."""

import numpy as np
from numpy.typing import NDArray


def clip_starts(
    voiced: NDArray[np.bool_], frames: int, hop: int, min_voiced: int, *, pad_short: bool
) -> NDArray[np.int32]:
    """Find the clips of a recording in which enough frames are voiced.

    Parameters
    ----------
    voiced : ndarray of bool, shape (n,)
        From `pipeline.audio.voicing.detect_voice`.
    frames, hop : int
        Length of a clip, and frames from one to the next; a window that runs past the end is dropped.
    min_voiced : int
        A clip is kept when it has more voiced frames than this.
    pad_short : bool
        Whether a recording shorter than one clip makes one, to be padded with silence; else it makes none.

    Returns
    -------
    ndarray of int32, shape (clips,)
        First frame of each clip, ascending.
    """
    if len(voiced) < frames:
        return np.zeros(int(pad_short and int(voiced.sum()) > min_voiced), np.int32)
    voiced_before = np.concatenate([[0], np.cumsum(voiced)])
    starts = np.arange(0, len(voiced) - frames + 1, hop, dtype=np.int32)
    kept: NDArray[np.int32] = starts[voiced_before[starts + frames] - voiced_before[starts] > min_voiced]
    return kept


def cut_clip(spectrogram: NDArray[np.floating], start: int, length: int) -> NDArray[np.floating]:
    """Cut a clip out of a spectrogram.

    Parameters
    ----------
    spectrogram : ndarray, shape (n, bins)
        Decibels above the floor.
    start, length : int
        First frame, and number of frames.

    Returns
    -------
    ndarray, shape (length, bins)
        A view where the recording is long enough; else a copy, padded at the end with the floor, 0 dB.
    """
    clip = spectrogram[start : start + length]
    missing = length - len(clip)
    return np.pad(clip, ((0, missing), (0, 0))) if missing else clip
