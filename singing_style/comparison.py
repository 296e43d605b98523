"""Two performances beside each other: how far apart, how likely by the same singer, and where most alike."""

from dataclasses import dataclass

from pipeline.model.calibration import Calibration
from singing_style.moments import Moment, most_alike
from singing_style.performance import Performance


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
