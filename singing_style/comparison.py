"""Two performances compared: distance, probability of the same singer, and the moments most alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from pipeline.audio.band import UNKNOWN, Band
from pipeline.model.calibration import Calibration
from singing_style.performance import Performance


@dataclass(frozen=True)
class Moment:
    """A clip of one performance paired with a clip of the other.

    Attributes
    ----------
    one, other : float
        Start of the clip in each, in seconds.
    seconds : float
        Duration of a clip.
    distance : float
        Euclidean distance of the two clips.
    """

    one: float
    other: float
    seconds: float
    distance: float


@dataclass(frozen=True)
class Comparison:
    """The result of comparing two performances.

    Attributes
    ----------
    distance : float
        Euclidean distance of the performances' vectors.
    probability : float
        Probability that the same singer sings both, by the model's calibration.
    prior : float
        Prior probability of the same singer.
    same : bool
        Whether the distance is at most the calibration's threshold.
    moments : list of Moment
        The closest pairs of clips, closest first.
    unlike : str
        Why distance and probability mean nothing, whoever sings: the recordings' bands differ. Else empty.
    """

    distance: float
    probability: float
    prior: float
    same: bool
    moments: list[Moment]
    unlike: str = ""


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
        Prior probability of the same singer; by default the calibration's.
    moments : int, optional
        Number of closest pairs of clips to return.
    """
    distance = one.distance(other)
    return Comparison(
        distance=distance,
        probability=calibration.probability(distance, prior),
        prior=calibration.prior if prior is None else prior,
        same=distance <= calibration.threshold,
        moments=most_alike(one, other, moments),
        unlike=bands_apart(one, other),
    )


def bands_apart(one: Performance, other: Performance) -> str:
    """Return in words how the bands of two performances differ clearly; empty where they do not."""
    if not one.band.differs(other.band):
        return ""
    return f"their bands differ, and with them their sound, whoever sings: one holds {one.band}, the other {other.band}"


def is_narrow(band: Band, rate: int) -> bool:
    """Return whether a band is narrower than what a model hears at a sampling rate; False where that is unknown.

    Examples
    --------
    >>> wide, dull, thin = Band(0.0, 11025.0), Band(0.0, 4000.0), Band(280.0, 11025.0)
    >>> is_narrow(wide, 22050), is_narrow(dull, 22050), is_narrow(thin, 22050)
    (False, True, True)
    """
    # a comparison with NaN is false
    return band.lowest > 0 or band.highest < rate / 2


def other_bands(bands: Sequence[Band]) -> tuple[set[int], Band]:
    """Find which recordings of a collection differ clearly in band from most.

    Returns
    -------
    odd : set of int
        Their places.
    usual : Band
        The band from which the fewest differ, the widest of these.
    """
    kinds = sorted(
        {str(band): band for band in bands}.values(),
        key=lambda band: (sum(map(band.differs, bands)), -np.nan_to_num(band.highest)),
    )
    usual = kinds[0] if kinds else UNKNOWN
    return {place for place, band in enumerate(bands) if band.differs(usual)}, usual


def most_alike(one: Performance, other: Performance, count: int = 3) -> list[Moment]:
    """Find the closest pairs of clips, closest first; no two overlap in either performance.

    Parameters
    ----------
    one, other : Performance
        Embedded with the same model.
    count : int, optional
        Most pairs to return.
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
