"""The moments in which two performances sound most alike."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from singing_style.performance import Performance


@dataclass(frozen=True)
class Moment:
    """A clip of one performance beside one of the other.

    Attributes
    ----------
    one, other : float
        Where the clip begins in each, in seconds.
    seconds : float
        How long it lasts.
    distance : float
        Euclidean, between the two clips.
    """

    one: float
    other: float
    seconds: float
    distance: float


def most_alike(one: Performance, other: Performance, count: int = 3) -> list[Moment]:
    """Find the pairs of clips that lie closest, the closest first; no two overlap in either performance.

    Parameters
    ----------
    one, other : Performance
        Embedded with the same model.
    count : int, optional
        As many as there are, up to this.
    """
    distances = cdist(one.clips.astype(np.float64), other.clips.astype(np.float64))
    moments: list[Moment] = []
    while len(moments) < count and np.isfinite(distances).any():
        here, there = np.unravel_index(int(distances.argmin()), distances.shape)
        starts = float(one.starts[here]), float(other.starts[there])
        moments.append(Moment(*starts, one.clip_seconds, float(distances[here, there])))
        distances[np.abs(one.starts - starts[0]) < one.clip_seconds] = np.inf
        distances[:, np.abs(other.starts - starts[1]) < other.clip_seconds] = np.inf
    return moments
