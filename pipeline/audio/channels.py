"""Whether the channels of a recording cancel each other out, so that one of them says more than their mean."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# The mean's power, as a share of what it would be if the channels had nothing in common, below which they cancel.
CANCELLED = 0.3
# Samples of a stretch that is judged by itself, and the share of the sound in stretches that cancel which is too much.
STRETCH, LOST = 2**15, 0.1


class Moments:
    """Number, sums and sums of squares of the samples of all channels and of their mean."""

    def __init__(self) -> None:
        self.samples = 0
        self._sums = np.zeros(1)
        self._squares = np.zeros(1)

    def add(self, rows: Sequence[NDArray[np.float32]]) -> None:
        """Add the next samples of each channel, and of the mean as the last."""
        self.samples += len(rows[0])
        self._sums = self._sums + [row.sum(dtype=np.float64) for row in rows]
        self._squares = self._squares + [float(np.square(row, dtype=np.float64).sum()) for row in rows]

    def join(self, others: "Moments") -> None:
        """Add what others hold."""
        self.samples += others.samples
        self._sums = self._sums + others._sums
        self._squares = self._squares + others._squares

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean of each row's samples."""
        means: NDArray[np.float64] = self._sums / self.samples
        return means

    @property
    def powers(self) -> NDArray[np.float64]:
        """The power of each row, without its constant offset."""
        return np.maximum(self._squares / self.samples - np.square(self.means), 0)

    @property
    def cancel(self) -> bool:
        """Whether the channels cancel each other out; a single one never does."""
        *channels, mean = self.powers
        return len(channels) > 1 and mean * len(channels) ** 2 < CANCELLED * sum(channels)


class ChannelPowers:
    """Powers of all channels and of their mean, without constant offsets, over blocks of samples.

    A microphone with its wires crossed, or one behind the singer, turns a copy of the voice upside down: of x and
    -0.97 x the mean is 0.015 x, and what else is in the recording is judged in the singer's place, be it the bleed of
    another voice, which the mean must not exceed. The same in a part of the recording, as where takes of two
    set-ups were put one after the other, would leave that part out.
    """

    def __init__(self) -> None:
        self._closed = Moments()
        self._stretch = Moments()
        self._energy = self._lost = 0.0

    def add(self, channels: NDArray[np.float32], mean: NDArray[np.float32]) -> None:
        """Add the next samples, shape (channels, samples), and their mean, shape (samples,)."""
        rows, at = [*channels, mean], 0
        while at < len(mean):
            until = at + STRETCH - self._stretch.samples
            self._stretch.add([row[at:until] for row in rows])
            at = until
            if self._stretch.samples == STRETCH:
                energy = STRETCH * float(self._stretch.powers[:-1].sum())
                self._energy += energy
                self._lost += energy if self._stretch.cancel else 0.0
                self._closed.join(self._stretch)
                self._stretch = Moments()

    @property
    def cancel(self) -> bool:
        """Whether the channels cancel each other out, in all or in too much of the sound."""
        return self._lost > LOST * self._energy or self._whole().cancel

    @property
    def loudest(self) -> int:
        """The loudest channel, from 0."""
        return int(self._whole().powers[:-1].argmax())

    def offset(self, channel: int) -> float:
        """Return the mean of a channel's samples."""
        return float(self._whole().means[channel])

    def _whole(self) -> Moments:
        whole = Moments()
        whole.join(self._closed)
        whole.join(self._stretch)
        return whole
