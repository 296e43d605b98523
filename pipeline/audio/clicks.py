"""Clicks: a few samples far above the singing, by which its level would be judged.

Spectrograms and voice detection reach 60 dB down from the loudest. One sample at full scale over singing at -60 dB
leaves nothing of it. A click is bridged by a straight line; no sound of a voice is as short, as loud and as lonely, so
that ordinary recordings keep every bit. What lasts longer, such as a clap or a slammed door, stays.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.spool import Spool

# A click lies this far above what is reached for a second in all: half of the range of the spectrograms.
CLICK_DB = 30.0
# What lies this far above it is part of the click.
PART_DB = 10.0
# Samples of a stretch whose peak is measured.
STRETCH = 512
# A click is at most so long, and farther from the next: of a voice, the next period would be nearer.
LONGEST_S, ALONE_S = 0.005, 0.02

Samples = NDArray[np.float32]
Spans = NDArray[np.int64]


def mend_clicks(blocks: Iterable[Samples], rate: int, folder: Path, remarks: list[str]) -> Iterator[Samples]:
    """Bridge the clicks of a recording.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (samples,)
        One channel.
    rate : int
        Sampling rate in Hz.
    folder : Path
        For what does not fit in memory; see `Spool`.
    remarks : list of str
        Gets a remark where there are clicks.

    Yields
    ------
    ndarray of float32, shape (samples,)
        As many samples; where there is no click, the same. Where there is one, without a constant offset.
    """
    with Spool(folder) as spool:
        peaks, rest = [], np.empty(0, np.float32)
        for block in blocks:
            spool.append(block)
            size = np.abs(np.concatenate([rest, block]))
            whole = len(size) // STRETCH * STRETCH
            peaks.append(size[:whole].reshape(-1, STRETCH).max(axis=1))
            rest = size[whole:]
        usual = _reached_for_a_second(np.concatenate(peaks), rate) if peaks else 0.0
        spans = np.empty((0, 2), np.int64)
        if 0 < usual * 10 ** (CLICK_DB / 20) < spool.peak:
            spans = find_clicks(spool.blocks(), usual, rate)
        if not len(spans):
            yield from spool.blocks()
            return
        many = f"{len(spans)} clicks" if len(spans) > 1 else "a click"
        remarks.append(f"{many} of up to {20 * np.log10(spool.peak / usual):.0f} dB above the singing bridged")
        # the mean that was taken away before was also that of the clicks
        offset = sum(float(block.sum(dtype=np.float64)) for block in _bridge(spool.blocks(), spans)) / len(spool)
        for block in _bridge(spool.blocks(), spans):
            yield block - np.float32(offset)


def _reached_for_a_second(peaks: NDArray[np.float32], rate: int) -> float:
    """Return the level that is reached in as many stretches as make a second; 0 in shorter recordings."""
    second = rate // STRETCH
    return float(np.sort(peaks)[-1 - second]) if len(peaks) > second else 0.0


def find_clicks(blocks: Iterable[Samples], usual: float, rate: int) -> Spans:
    """Find the clicks of a recording.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (samples,)
    usual : float
        The magnitude that is reached for a second in all.
    rate : int
        Sampling rate in Hz.

    Returns
    -------
    ndarray of int64, shape (clicks, 2)
        First sample, and the one after the last.
    """
    loud, sizes, start = [], [], 0
    for block in blocks:
        size = np.abs(block)
        found = np.flatnonzero(size > usual * 10 ** (PART_DB / 20))
        loud.append(start + found)
        sizes.append(size[found])
        start += len(block)
    places, size = np.concatenate(loud), np.concatenate(sizes)
    if not len(places):
        return np.empty((0, 2), np.int64)
    begins = np.flatnonzero(np.diff(places, prepend=-start) > ALONE_S * rate)
    first, end = places[begins], places[np.append(begins[1:], len(places)) - 1] + 1
    greatest = np.maximum.reduceat(size, begins)
    inside = (first > 0) & (end < start)
    clicks = (greatest > usual * 10 ** (CLICK_DB / 20)) & (end - first <= LONGEST_S * rate) & inside
    spans: Spans = np.stack([first, end], axis=1)[clicks].astype(np.int64)
    return spans


def _bridge(blocks: Iterable[Samples], spans: Spans) -> Iterator[Samples]:
    """Draw a line over each span; what may be needed for the next one is held back."""
    longest = int(np.diff(spans).max()) + 2
    held, at = np.empty(0, np.float32), 0
    for block in blocks:
        held = np.concatenate([held, block])
        for first, end in spans - at:
            if first > 0 and end < len(held):
                held[first - 1 : end + 1] = np.linspace(held[first - 1], held[end], end - first + 2)
        done = max(0, len(held) - longest)
        yield held[:done]
        held, at = held[done:], at + done
    yield held
