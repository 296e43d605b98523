"""How far a performance lies from a singer, who has several ways of singing.

A singer is neither one point nor a handful: between a soft performance and a loud one lie those of middling loudness,
which nobody happened to record. So a singer spans the lines between any two of their performances, and the distance to
the singer is that to the nearest point of these lines (the nearest feature line of Li and Lu 1999, cut off at the
performances, since beyond them nothing was heard). A singer of one performance is that point.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

# Of a singer of more performances the nearest so many are paired.
MOST_PAIRED = 12
# Queries at a time: bounds the memory.
ROWS = 128

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class NearestPoints:
    """The nearest point of a singer's span for each of several queries; arrays of shape (queries,).

    Attributes
    ----------
    distances : ndarray of float64
        Euclidean; infinite where no performance may be compared with the query.
    one, other : ndarray of int
        The performances between which it lies, the nearer to it first; twice the same where it is a performance.
    """

    distances: Numbers
    one: Places
    other: Places


def nearest_points(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Find the nearest point of a singer's span for each query.

    Parameters
    ----------
    squared : ndarray of float64, shape (queries, n)
        Squared distances of the queries to the singer's performances; infinite where they may not be compared.
    vectors : ndarray of float, shape (n, d)
        The performances; at least one.
    """
    some = [_of_some(squared[first : first + ROWS], vectors) for first in range(0, len(squared), ROWS)]
    return NearestPoints(*(np.concatenate(parts) for parts in zip(*some, strict=True)))


def _of_some(squared: Numbers, vectors: NDArray[np.floating]) -> tuple[Numbers, Places, Places]:
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :MOST_PAIRED]
    near = np.take_along_axis(squared, nearest, axis=1)
    used, places = np.unique(nearest, return_inverse=True)
    among = cdist(vectors[used], vectors[used], "sqeuclidean")
    places = places.reshape(nearest.shape)
    # the nearest by itself comes first, and so wins where no line is nearer
    one, other = (np.append(0, some) for some in np.triu_indices(nearest.shape[1], 1))
    length = among[places[:, one], places[:, other]]
    with np.errstate(divide="ignore", invalid="ignore"):
        toward = (near[:, one] + length - near[:, other]) / (2 * length)
    # as near as `one` or farther: at most half of the way to `other`, and none where there is no line
    toward = np.where((length > 0) & np.isfinite(near[:, other]), np.maximum(toward, 0), 0)
    left = near[:, one] - toward**2 * length
    best = left.argmin(axis=1)
    rows = np.arange(len(squared))
    first, second = nearest[rows, one[best]], nearest[rows, other[best]]
    second = np.where(toward[rows, best] > 0, second, first)
    return np.sqrt(np.maximum(left[rows, best], 0)), first, second
