"""A performance: what the network makes of one recording of somebody singing (paper 4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadRecordingError


class TooLittleSinging(BadRecordingError):  # noqa: N818 (it says what is wrong, as `Interrupted` does)
    """A recording holds too little singing to judge its style; the message names the voiced seconds found.

    Attributes
    ----------
    voiced_seconds : float
        Seconds that sound sung.
    """

    def __init__(self, message: str, voiced_seconds: float) -> None:
        super().__init__(message)
        self.voiced_seconds = voiced_seconds

    def __reduce__(self) -> tuple[type["TooLittleSinging"], tuple[str, float]]:
        """Let it pass from one process to another."""
        return TooLittleSinging, (str(self), self.voiced_seconds)


@dataclass(frozen=True, eq=False)
class Performance:
    """An embedded recording. Euclidean distance between two vectors says how unlike the singing is.

    Attributes
    ----------
    name : str
        What the recording is called; the path as given where it came from a file, the first and the number of the
        others where it came from takes.
    vector : ndarray of float32, shape (D,)
        Mean of its clips (paper 4).
    clips : ndarray of float32, shape (n, D)
        One vector a clip in which more than half the frames are voiced.
    starts : ndarray of float64, shape (n,)
        When each clip begins, in seconds, ascending.
    clip_seconds : float
        How long a clip lasts; the last may run past the end of a short recording.
    seconds : float
        How long the recording lasts.
    voiced_seconds : float
        How much of it sounds sung.
    """

    name: str
    vector: NDArray[np.float32]
    clips: NDArray[np.float32]
    starts: NDArray[np.float64]
    clip_seconds: float
    seconds: float
    voiced_seconds: float

    def distance(self, other: "Performance") -> float:
        """Take the Euclidean distance to another performance, embedded with the same model."""
        return float(np.linalg.norm(self.vector.astype(np.float64) - other.vector.astype(np.float64)))
