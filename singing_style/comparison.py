"""Two performances beside each other: how far apart, how likely by the same singer, and where most alike."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from pipeline.model.calibration import Calibration
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


@dataclass(frozen=True)
class Comparison:
    """Two performances beside each other.

    Attributes
    ----------
    distance : float
        Euclidean, between the performances' vectors.
    probability : float
        That the same singer sings both; what the model's calibration makes of the distance.
    prior : float
        Probability of the same singer before anything was heard.
    same : bool
        Whether the distance is at most the threshold of equal error.
    moments : list of Moment
        The clips that lie closest.
    """

    distance: float
    probability: float
    prior: float
    same: bool
    moments: list[Moment]


def compare(
    one: Performance,
    other: Performance,
    calibration: Calibration,
    *,
    prior: float | None = None,
    moments: int = 3,
) -> Comparison:
    """Compare two performances that were embedded with the same model.

    Parameters
    ----------
    one, other : Performance
    calibration : Calibration
        The model's.
    prior : float, optional
        Probability of the same singer beforehand; the calibration's, unless given.
    moments : int, optional
        How many pairs of clips to name.
    """
    distance = one.distance(other)
    return Comparison(
        distance=distance,
        probability=calibration.probability(distance, prior),
        prior=calibration.prior if prior is None else prior,
        same=distance <= calibration.threshold,
        moments=most_alike(one, other, moments),
    )


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
