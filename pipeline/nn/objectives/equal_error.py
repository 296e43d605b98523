"""The equal error rate of a set of pairs, by distance."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve


def equal_error_rate(distance: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Find where as large a share of same-singer pairs lies beyond a threshold as of the others within it.

    Parameters
    ----------
    distance : ndarray, shape (pairs,)
        Small speaks for the same singer.
    same : ndarray of bool, shape (pairs,)
        Whether the singer is the same; both kinds are there.

    Returns
    -------
    float
        0 to 1, on straight lines between successive thresholds; NaN where a distance is no number.
    """
    if not np.isfinite(distance).all():
        return float("nan")
    accepted_others, accepted_same, _ = roc_curve(same, -distance, drop_intermediate=False)
    return float(np.interp(0.0, accepted_others + accepted_same - 1, accepted_others))
