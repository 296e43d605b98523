"""Whether the channels of a recording cancel each other out, so that one of them says more than their mean."""

import numpy as np
from numpy.typing import NDArray

# The mean's power, as a share of what it would be if the channels had nothing in common, below which they cancel.
CANCELLED = 0.3


class ChannelPowers:
    """Powers of all channels and of their mean, without constant offsets, over blocks of samples.

    A microphone with its wires crossed, or one behind the singer, turns a copy of the voice upside down: of x and
    -0.97 x the mean is 0.015 x, and what else is in the recording is judged in the singer's place, be it the bleed of
    another voice, which the mean must not exceed.
    """

    def __init__(self) -> None:
        self._samples = 0
        self._sums = np.zeros(1)
        self._squares = np.zeros(1)

    def add(self, channels: NDArray[np.float32], mean: NDArray[np.float32]) -> None:
        """Add the next samples, shape (channels, samples), and their mean, shape (samples,)."""
        rows = [*channels, mean]
        self._samples += len(mean)
        self._sums = self._sums + [row.sum(dtype=np.float64) for row in rows]
        self._squares = self._squares + [float(np.square(row, dtype=np.float64).sum()) for row in rows]

    @property
    def cancel(self) -> bool:
        """Whether the channels cancel each other out; a single one never does."""
        *channels, mean = self._powers()
        return len(channels) > 1 and mean * len(channels) ** 2 < CANCELLED * sum(channels)

    @property
    def loudest(self) -> int:
        """The loudest channel, from 0."""
        return int(self._powers()[:-1].argmax())

    def offset(self, channel: int) -> float:
        """Return the mean of a channel's samples."""
        return float(self._sums[channel]) / self._samples

    def _powers(self) -> NDArray[np.float64]:
        powers: NDArray[np.float64] = self._squares / self._samples - np.square(self._sums / self._samples)
        return np.maximum(powers, 0)
