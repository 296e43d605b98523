"""Every performance against all others: which of them may be its neighbours, and how far away they are."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

Labels: TypeAlias = NDArray[Any]
Codes: TypeAlias = NDArray[np.intp]
Vectors: TypeAlias = NDArray[np.floating[Any]]

# Distances held at a time: 64 MiB of float64
BLOCK_DISTANCES = 2**23


def encode(labels: Labels) -> Codes:
    """Return the number of each row's class, the classes numbered in the order of their names."""
    return np.unique(labels, return_inverse=True)[1]


def allowed_others(row: int, rows: int, excluded: Labels | None) -> NDArray[np.intp]:
    """Return the possible neighbours of a performance, ascending: not itself, nor any with its value in `excluded`."""
    mask = np.ones(rows, bool) if excluded is None else excluded != excluded[row]
    mask[row] = False
    return np.flatnonzero(mask)


def count_others(labels: Labels, excluded: Labels | None = None) -> tuple[Codes, Codes]:
    """Count the possible neighbours of each performance, as `allowed_others` lists them, without listing them.

    Parameters
    ----------
    labels : ndarray, shape (n,)
        The class of each performance.
    excluded : ndarray, shape (n,), optional
        Performances that share this value are never neighbours of each other.

    Returns
    -------
    tuple of two ndarray of int, shape (n,)
        All of them, and those of the performance's own class.
    """
    codes = encode(labels)
    groups = np.arange(len(codes)) if excluded is None else encode(excluded)
    both = encode(codes * (groups.max(initial=0) + 1) + groups)
    of_group, of_class, of_both = (np.bincount(kind)[kind] for kind in (groups, codes, both))
    return len(codes) - of_group, of_class - of_both


def distance_blocks(
    queries: Vectors, vectors: Vectors, block_distances: int = BLOCK_DISTANCES
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield squared Euclidean distances of some queries to all vectors, a block of queries at a time.

    Parameters
    ----------
    queries, vectors : ndarray of float, shape (m, d) and (n, d)
    block_distances : int, optional
        Distances held in memory at a time.

    Yields
    ------
    int
        Row of the block's first query.
    ndarray of float64, shape (queries in the block, n)
        The same bits whatever the block size and the number of threads.
    """
    queries, vectors = queries.astype(np.float64), vectors.astype(np.float64)
    rows = max(1, block_distances // max(1, len(vectors)))
    for first in range(0, len(queries), rows):
        yield first, cdist(queries[first : first + rows], vectors, "sqeuclidean")
