"""One channel at one sampling rate, and what is too short or too quiet to use (paper section 3.2).

A recording passes through in blocks, decoded once; what must be known of the whole of it first, its mean and its peak,
is found while it lies in a spool. So hours of it fit in memory.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.channels import ChannelPowers
from pipeline.audio.spool import Spool
from pipeline.errors import BadRecordingError

SILENCE = 1e-4

Samples = NDArray[np.float32]


def to_mono(blocks: Iterable[Samples], folder: Path, remarks: list[str] | None = None) -> Iterator[Samples]:
    """Average the channels, or take the loudest where they cancel each other out, and take away the constant offset.

    An offset cannot be heard, but it correlates perfectly with itself: every frame would count as voiced.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (samples, channels)
    folder : Path
        For what does not fit in memory; see `Spool`.
    remarks : list of str, optional
        Gets a remark where channels cancel each other out.

    Yields
    ------
    ndarray of float32, shape (samples,)

    Raises
    ------
    BadRecordingError
        Every channel is silent: peak to peak, less than 1e-4 of full scale.
    """
    total, powers, ranges = 0.0, ChannelPowers(), Range()
    with ExitStack() as opened:
        mix = opened.enter_context(Spool(folder))
        single: list[Spool] = []
        for block in blocks:
            channels = np.ascontiguousarray(block.T)  # NumPy is slow along a short axis
            mean = channels.mean(axis=0)
            total += float(mean.sum(dtype=np.float64))
            ranges.widen(np.concatenate([channels, mean[None]]))
            mix.append(mean)
            if len(channels) > 1:
                single = single or [opened.enter_context(Spool(folder, len(channels))) for _ in channels]
                powers.add(channels, mean)
                for spool, samples in zip(single, channels, strict=True):
                    spool.append(samples)
        chosen = powers.loudest if single and powers.cancel else -1
        if chosen >= 0 and remarks is not None:
            remarks.append(f"its channels cancel each other out, as with crossed wires; {chosen + 1} is heard alone")
        if ranges.width(chosen) < SILENCE:
            raise BadRecordingError("silent")
        spool, offset = (mix, total / len(mix)) if chosen < 0 else (single[chosen], powers.offset(chosen))
        for part in spool.blocks():
            yield part - np.float32(offset)


class Range:
    """Least and greatest value of each channel, over all blocks seen."""

    def __init__(self) -> None:
        self._least: NDArray[np.floating] = np.array(np.inf)
        self._greatest: NDArray[np.floating] = np.array(-np.inf)

    def widen(self, block: NDArray[np.floating]) -> None:
        """Accept a block, shape (channels, samples)."""
        self._least = np.minimum(self._least, block.min(axis=1))
        self._greatest = np.maximum(self._greatest, block.max(axis=1))

    def width(self, channel: int) -> float:
        """Return the distance from least to greatest value in a channel."""
        return float((self._greatest - self._least)[channel])


def resample(blocks: Iterable[Samples], rate: int, target: int, quality: str) -> Iterator[Samples]:
    """Change the sampling rate with soxr.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (samples,)
    rate, target : int
        Sampling rates before and after, in Hz.
    quality : {"MQ", "HQ", "VHQ"}
        soxr's medium, high or very high quality.

    Yields
    ------
    ndarray of float32, shape (samples,)
        About samples * target / rate in all.
    """
    import soxr

    stream = soxr.ResampleStream(rate, target, 1, dtype="float32", quality=quality)
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty(0, np.float32), last=True)


def check_long_enough(samples: int, rate: int, shortest: int) -> None:
    """Raise `BadRecordingError` for a recording of fewer samples than one analysis frame has."""
    if samples < shortest:
        held, needed = 1000 * samples / rate, 1000 * shortest / rate
        raise BadRecordingError(f"too short: {held:.0f} ms, an analysis frame has {needed:.0f} ms")


def limit_peak(spool: Spool) -> Iterator[Samples]:
    """Scale down what exceeds -1..1, which a file of whole numbers would clip; leave all else as it is."""
    peak = np.float32(spool.peak)
    for block in spool.blocks():
        yield block / peak if peak > 1 else block
