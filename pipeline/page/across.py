"""The nearest neighbours of every clip among other songs: whom the page plays next."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

BLOCK_ROWS = 256

NOBODY = -1
"""Stands where there is no further neighbour."""


def nearest_across(
    vectors: NDArray[np.float32], performance: NDArray[Any], barred: NDArray[Any], count: int
) -> NDArray[np.intp]:
    """Find each row's nearest neighbours, no two of them from the same performance.

    Clips overlap by 80 %: without that rule the five nearest would be one place of one performance.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    performance : ndarray, shape (n,)
        Which performance a row belongs to; of each only the nearest row counts.
    barred : ndarray, shape (n,)
        Rows that share this value are never neighbours: the songs, to look across songs.
    count : int
        Neighbours wanted.

    Returns
    -------
    ndarray of int, shape (n, count)
        Rows, the nearest first, at equal distance the lower row first; -1 where there are no more.
    """
    owners, tags = np.unique(performance, return_inverse=True)[1], np.unique(barred, return_inverse=True)[1]
    found = np.full((len(vectors), count), NOBODY, np.intp)
    exact = vectors.astype(np.float64)
    for first in range(0, len(vectors), BLOCK_ROWS):
        distances = cdist(exact[first : first + BLOCK_ROWS], exact, "sqeuclidean")
        for row, near in enumerate(distances, first):
            allowed = np.flatnonzero(tags != tags[row])
            ranked = allowed[np.argsort(near[allowed], kind="stable")]
            nearest = ranked[np.sort(np.unique(owners[ranked], return_index=True)[1])][:count]
            found[row, : len(nearest)] = nearest
    return found
