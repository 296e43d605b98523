"""Clipped peaks: a recording at too high a level, whose distortion moves it as far as another singer would."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

# Magnitude from which a sample counts as full scale; and one that no sample of a clipped recording has, not even where
# an encoder made its peaks overshoot: floating-point numbers that go beyond it were not clipped at full scale.
FULL_SCALE, BEYOND = 0.999, 2.0
# Of recordings of RAVDESS song that were clipped on purpose, those with this share of clipped samples lay about as far
# from themselves as the threshold of the model in the package.
TELLING_SHARE = 0.01


class ClippedPeaks:
    """Counts clipped samples that arrive in blocks, whatever the sizes of the blocks."""

    def __init__(self) -> None:
        self._samples = 0
        self._flat = 0
        self._peak = 0.0
        self._last: NDArray[np.bool_] | None = None

    def add(self, block: NDArray[np.float32]) -> None:
        """Add the next samples, shape (samples, channels)."""
        magnitudes = np.abs(block)
        self._peak = max(self._peak, float(magnitudes.max(initial=0)))
        full = magnitudes >= FULL_SCALE
        self._samples += full.size
        if self._last is not None:
            full = np.concatenate([self._last, full])
        self._flat += int(np.count_nonzero(full[:-2] & full[1:-1] & full[2:]))
        self._last = full[-2:]

    @property
    def share(self) -> float:
        """Share of the samples at full scale whose two neighbours are too, as in a clipped peak."""
        return self._flat / max(1, self._samples) if self._peak <= BEYOND else 0.0


def note_clipping(blocks: Iterable[NDArray[np.float32]], remarks: list[str]) -> Iterator[NDArray[np.float32]]:
    """Pass samples on, shape (samples, channels); `remarks` gets one after the last if too many are clipped."""
    peaks = ClippedPeaks()
    for block in blocks:
        peaks.add(block)
        yield block
    if peaks.share > TELLING_SHARE:
        remarks.append(
            f"{peaks.share:.0%} of its samples are clipped: that alone can make two recordings of one singer differ; "
            "record it again at a lower level"
        )
