"""Every performance against all others: which ones it may meet, and how far away they are."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

Labels: TypeAlias = NDArray[Any]
Codes: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.floating[Any]]

BLOCK_DISTANCES = 2**23
"""Distances held at a time: 64 MiB of float64."""


def encode(labels: Labels) -> Codes:
    """Give every row the number of its class, classes in the order of their names."""
    return np.unique(labels, return_inverse=True)[1]


def allowed_others(row: int, rows: int, barred: Labels | None) -> NDArray[np.intp]:
    """Give the rows that a performance may meet, ascending: not itself, and none with its value in `barred`."""
    mask = np.ones(rows, bool) if barred is None else barred != barred[row]
    mask[row] = False
    return np.flatnonzero(mask)


def distance_blocks(
    queries: Floats, vectors: Floats, block_distances: int = BLOCK_DISTANCES
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Give squared Euclidean distances of some queries to all vectors, a block of queries at a time.

    Parameters
    ----------
    queries, vectors : ndarray of float, shape (m, d) and (n, d)
    block_distances : int, optional
        Distances held in memory at a time.

    Yields
    ------
    int
        The first query of the block.
    ndarray of float64, shape (queries in the block, n)
        Neither block size nor threads change a bit of them.
    """
    queries, vectors = queries.astype(np.float64), vectors.astype(np.float64)
    rows = max(1, block_distances // max(1, len(vectors)))
    for first in range(0, len(queries), rows):
        yield first, cdist(queries[first : first + rows], vectors, "sqeuclidean")
