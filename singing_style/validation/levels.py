"""How loud a recording is, whether it was clipped, and what it holds: measured as it is decoded."""

import numpy as np
import xxhash
from numpy.typing import NDArray

FULL_SCALE = 0.999
"""Magnitude from which a sample counts as standing at full scale."""


class Levels:
    """Measures of samples that pass by in blocks; blocks of other sizes give the same.

    Attributes
    ----------
    channels : int
    samples : int
        In each channel.
    """

    def __init__(self) -> None:
        self.channels = 0
        self.samples = 0
        self._peak = 0.0
        self._power = 0.0
        self._flat = 0
        self._digest = xxhash.xxh3_128()
        self._last: NDArray[np.bool_] | None = None

    def take(self, block: NDArray[np.float32]) -> None:
        """Measure the next samples, shape (samples, channels)."""
        self.channels = block.shape[1]
        self.samples += len(block)
        size = np.abs(block)
        self._peak = max(self._peak, float(size.max(initial=0)))
        self._power += float(np.square(block, dtype=np.float64).sum())
        self._digest.update(block.tobytes())
        full = size >= FULL_SCALE
        if self._last is not None:
            full = np.concatenate([self._last, full])
        self._flat += int(np.count_nonzero(full[:-2] & full[1:-1] & full[2:]))
        self._last = full[-2:]

    @property
    def peak_db(self) -> float:
        """Largest magnitude in dB below full scale."""
        return decibels(self._peak)

    @property
    def level_db(self) -> float:
        """Root mean square over all channels in dB below full scale."""
        return decibels((self._power / max(1, self.samples * self.channels)) ** 0.5)

    @property
    def clipped_share(self) -> float:
        """Share of the samples that stand at full scale between two others that do: what a clipped peak looks like."""
        return self._flat / max(1, self.samples * self.channels)

    @property
    def sound(self) -> str:
        """Hash of the samples: equal for equal sounds, in whatever lossless format."""
        return f"{self.channels}-{self._digest.hexdigest()}"


def decibels(magnitude: float) -> float:
    """Express a magnitude in dB; silence is minus infinity.

    Examples
    --------
    >>> decibels(0.1)
    -20.0
    """
    return float(20 * np.log10(magnitude)) if magnitude > 0 else -np.inf
