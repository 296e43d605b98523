"""Runs of flagged frames: where each begins and ends, and back."""

import numpy as np
from numpy.typing import NDArray


def runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each run of flags starts, and the frame after its end."""
    steps = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def cover(starts: NDArray[np.intp], ends: NDArray[np.intp], length: int) -> NDArray[np.bool_]:
    """Return the flags of `length` frames that lie in any of the runs, which may overlap."""
    steps = np.bincount(starts, minlength=length + 1) - np.bincount(ends, minlength=length + 1)
    return np.asarray(np.cumsum(steps[:length]) > 0)
