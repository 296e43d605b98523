"""Centred frames of a recording, some at a time, so that hours of singing fit in memory."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import scipy.fft
from numpy.typing import NDArray

# Frames whose samples are read at a time: 48 s at the paper's rate and hop.
STRETCH = 2048
# Frames worked on at a time: few enough that they stay in the processor's cache.
BLOCK = 32


class Recording(Protocol):
    """One channel of samples: an array, or a file that is read as it is sliced."""

    def __len__(self) -> int:
        """Count the samples."""
        ...

    def __getitem__(self, where: slice, /) -> NDArray[np.float32]:
        """Return the samples of a slice with a start and a stop."""
        ...


def count_frames(samples: int, hop: int) -> int:
    """Count the centred frames of a recording: one at every hop, from its first sample on."""
    return 1 + samples // hop


def frame_blocks(samples: Recording, length: int, hop: int) -> Iterator[NDArray[np.float32]]:
    """Yield the frames of a recording in blocks.

    Frame t is centred on sample ``t * hop``, with zeros beyond the recording's ends.

    Parameters
    ----------
    samples : Recording of float32
    length, hop : int
        Length and hop of the frames in samples.

    Yields
    ------
    ndarray of float32, shape (at most BLOCK, length)
        A view, not to be written to; together `count_frames` rows.
    """
    frames = count_frames(len(samples), hop)
    for start in range(0, frames, STRETCH):
        first = start * hop - length // 2
        last = first + (min(start + STRETCH, frames) - 1 - start) * hop + length
        inside = samples[max(first, 0) : min(last, len(samples))]
        missing = (max(-first, 0), max(last - len(samples), 0))
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(inside, missing), length)[::hop]
        for block in range(0, len(windows), BLOCK):
            yield windows[block : block + BLOCK]


def power_blocks(samples: Recording, length: int, hop: int) -> Iterator[NDArray[np.float32]]:
    """Yield the power spectra of Hann-windowed frames in blocks, from one float32 transform a frame.

    Yields
    ------
    ndarray of float32, shape (at most BLOCK, 1 + length // 2)
        For the frames of `frame_blocks`.
    """
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
    for block in frame_blocks(samples, length, hop):
        spectrum = scipy.fft.rfft(block * window, axis=1)
        yield spectrum.real**2 + spectrum.imag**2
