"""The equal error rate of a set of pairs, by distance."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve


def equal_error_rate(distance: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Compute the rate at the threshold that rejects same-singer pairs as often as it accepts impostor pairs.

    Parameters
    ----------
    distance : ndarray, shape (pairs,)
        Distances; small ones suggest the same singer.
    same : ndarray of bool, shape (pairs,)
        Whether a pair has the same singer; there are pairs of both kinds.

    Returns
    -------
    float
        0 to 1, interpolated linearly between successive thresholds; NaN if a distance is not finite.
    """
    if not np.isfinite(distance).all():
        return float("nan")
    accepted_impostors, accepted_same, _ = roc_curve(same, -distance, drop_intermediate=False)
    return float(np.interp(0.0, accepted_impostors + accepted_same - 1, accepted_impostors))
