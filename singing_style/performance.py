"""A performance: the vectors of one recording of somebody singing (paper 4)."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.band import UNKNOWN, Band
from pipeline.errors import BadRecordingError

# Two takes never come so near; one take in two lossless formats does, but for rounding.
SAME_SOUND = 1e-3


class TooLittleSinging(BadRecordingError):  # noqa: N818 (its name states what is wrong, as `Interrupted` does)
    """A recording holds too little singing to judge its style; the message states how many seconds were found.

    Attributes
    ----------
    voiced_seconds : float
        Seconds of singing found.
    """

    def __init__(self, message: str, voiced_seconds: float) -> None:
        super().__init__(message)
        self.voiced_seconds = voiced_seconds

    def __reduce__(self) -> tuple[type["TooLittleSinging"], tuple[str, float]]:
        """Support pickling, so that it passes from one process to another."""
        return TooLittleSinging, (str(self), self.voiced_seconds)


@dataclass(frozen=True, eq=False)
class Performance:
    """An embedded recording. The Euclidean distance of two vectors measures how different the singing is.

    Attributes
    ----------
    name : str
        The path as given for a file; for takes the first one and the number of further ones.
    vector : ndarray of float32, shape (D,)
        Mean of its clips (paper 4).
    clips : ndarray of float32, shape (n, D)
        One vector per clip with more than half of its frames voiced.
    starts : ndarray of float64, shape (n,)
        Start of each clip in seconds, ascending.
    clip_seconds : float
        Duration of a clip; the last one may run past the end of a short recording.
    seconds : float
        Duration of the recording.
    voiced_seconds : float
        How much of it is sung.
    pitch : float, optional
        Median pitch as a MIDI number (semitones); NaN where unknown.
    band : Band, optional
        From which frequency to which the recording holds sound.
    remarks : tuple of str, optional
        What is odd about the recording, and may spoil a comparison (`singing_style.hearing`); an index keeps none.
    """

    name: str
    vector: NDArray[np.float32]
    clips: NDArray[np.float32]
    starts: NDArray[np.float64]
    clip_seconds: float
    seconds: float
    voiced_seconds: float
    pitch: float = np.nan
    band: Band = UNKNOWN
    remarks: tuple[str, ...] = ()

    def distance(self, other: "Performance") -> float:
        """Compute the Euclidean distance to another performance, embedded with the same model."""
        return float(np.linalg.norm(self.vector.astype(np.float64) - other.vector.astype(np.float64)))

    def part(self, seconds: float) -> "Performance":
        """Return clips spread evenly over the performance that hold about so much singing, as a performance.

        Clips overlap, so that a share of them would cover far more than their share of the singing: they are counted by
        what each holds in the mean, where there are clips.

        Parameters
        ----------
        seconds : float
            Of singing. At least one clip is kept.

        Examples
        --------
        Six clips of 2 s within 4.5 s, of which 3 s are sung, hold 1.3 s each, however long the rest is quiet; two are
        the second and fifth:

        >>> clips = np.arange(6, dtype=np.float32)[:, None]
        >>> whole = Performance("one.wav", clips.mean(axis=0), clips, np.arange(6) / 2, 2.0, 600.0, 3.0)
        >>> half = whole.part(2.8)
        >>> half.starts.tolist(), half.vector.tolist(), round(half.voiced_seconds, 2)
        ([0.5, 2.0], [2.5], 2.67)
        """
        held = self.clip_seconds * min(1, self.voiced_seconds / self._covered_seconds())
        kept = min(max(1, int(seconds / held)), len(self.clips))
        # the middles of as many equal stretches
        places = ((np.arange(kept) + 0.5) * len(self.clips) / kept).astype(int)
        clips = self.clips[places]
        return replace(
            self,
            vector=clips.mean(axis=0, dtype=np.float64).astype(np.float32),
            clips=clips,
            starts=self.starts[places],
            voiced_seconds=min(kept * held, self.voiced_seconds),
        )

    def _covered_seconds(self) -> float:
        """Return how much of the recording lies within clips."""
        steps = np.minimum(np.diff(self.starts), self.clip_seconds)
        return float(min(steps.sum() + self.clip_seconds, self.seconds))
