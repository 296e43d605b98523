"""The nearest others of every performance: few candidates by matrix products, ranked by their exact distances."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import BLOCK_DISTANCES, Codes, Vectors, distance_blocks
from pipeline.analysis.products import Floating, Products

Wide: TypeAlias = NDArray[np.float64]

# In the place of a neighbour where a performance has no more of them
NOBODY = -1
# Number of vectors in a stretch, whose nearest is found first
STRETCH = 128
# Stretches with candidates, for each neighbour wanted and one more, beyond which all distances of a query are ranked
CROWD = 4
# Vector values held at a time while distances are computed: 32 MiB of float64, twice
BLOCK_VALUES = 2**22


def nearest(
    queries: Vectors, vectors: Vectors, count: int, groups: Codes, block_distances: int = BLOCK_DISTANCES
) -> Codes:
    """Rank the nearest others of every performance.

    Distances are Euclidean; at equal distance the lower row is nearer. The ranks are those of the distances that
    scipy's `cdist` computes in float64.

    Parameters
    ----------
    queries, vectors : ndarray of float, shape (n, d)
        The neighbours of a query are found among the vectors.
    count : int
        Neighbours wanted, at least 1.
    groups : ndarray of int, shape (n,)
        Rows that share this value are never neighbours of each other; a query never meets the vector of its own row.
    block_distances : int, optional
        Distances held in memory at a time; the result does not depend on it.

    Returns
    -------
    ndarray of int, shape (n, min(count, n))
        Rows, from near to far; `NOBODY` where there are no more.
    """
    count = min(count, len(vectors))
    stretch = max(1, min(STRETCH, len(vectors) // (8 * count)))
    products = Products(queries, vectors, groups, np.float32, multiple=stretch)
    wide = vectors.astype(np.float64)
    asking = wide if queries is vectors else queries.astype(np.float64)
    found = np.full((len(queries), count), NOBODY, np.intp)

    def rank(first: int, values: Floating) -> Codes:
        rows, columns, crowded = _candidates(products, first, values, stretch, count)
        one, two = products.order[first + rows], products.order[columns]
        _write_ranks(found, one, two, _squared_distances(asking, wide, one, two))
        return products.order[first + crowded]

    crowded = np.concatenate(products.by_block(rank, block_distances))
    _rank_all(found, asking, wide, crowded, groups, block_distances)
    return found


def _squared_distances(queries: Wide, vectors: Wide, one: Codes, two: Codes) -> Wide:
    """Compute the distances of some queries to as many vectors, shape (m,), to the bit those of `cdist`."""
    squared = np.empty(len(one))
    block = max(1, BLOCK_VALUES // max(1, vectors.shape[1]))
    for start in range(0, len(one), block):
        some = slice(start, start + block)
        # Added up dimension by dimension, as cdist does: along rows numpy would add in pairs.
        apart = np.ascontiguousarray((queries[one[some]] - vectors[two[some]]).T)
        squared[some] = np.square(apart, out=apart).sum(axis=0)
    return squared


def _candidates(
    products: Products, first: int, values: Floating, stretch: int, count: int
) -> tuple[Codes, Codes, Codes]:
    """Find all that may be among the nearest: queries and columns, and queries with too many of them.

    The `count`-th smallest of the stretches' minima bounds the `count` smallest values, and is cheaper to find.
    """
    stretches = values.reshape(len(values), -1, stretch)
    least = stretches.min(axis=2)
    bound = np.partition(least, count - 1, axis=1)[:, count - 1 : count]
    bound = np.nextafter((bound + products.margins(first, bound)).astype(np.float32), np.float32(np.inf))
    # What is out of reach is infinite, and so may the bound be.
    bound = np.minimum(bound, np.finfo(np.float32).max)
    near = least <= bound
    crowded = np.count_nonzero(near, axis=1) > CROWD * (count + 1)
    rows, places = np.nonzero(near & ~crowded[:, None])
    hits, inside = np.nonzero(stretches[rows, places] <= bound[rows])
    return rows[hits], places[hits] * stretch + inside, np.flatnonzero(crowded)


def _write_ranks(found: Codes, asked: Codes, others: Codes, squared: Wide) -> None:
    """Write down the nearest of the candidates of each query, which have their squared distances."""
    ranked = np.lexsort((others, squared, asked))
    ranked = ranked[np.isfinite(squared[ranked])]
    rows = asked[ranked]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = place < found.shape[1]
    found[rows[kept], place[kept]] = others[ranked[kept]]


def _rank_all(found: Codes, queries: Wide, vectors: Wide, rows: Codes, groups: Codes, block_distances: int) -> None:
    """Write down the nearest of some queries by all their distances."""
    for first, distances in distance_blocks(queries[rows], vectors, block_distances):
        for row, away in zip(rows[first:], distances, strict=False):
            away[groups == groups[row]] = np.inf
            ranked = _smallest(away, found.shape[1])
            ranked = ranked[np.isfinite(away[ranked])]
            found[row, : len(ranked)] = ranked


def _smallest(values: Wide, count: int) -> Codes:
    """Rank the `count` smallest values, equal ones by position, without sorting the rest.

    The `count`-th smallest of the stretches' minima bounds them, and is cheaper to find than they are.
    """
    stretches = values[: len(values) // STRETCH * STRETCH].reshape(-1, STRETCH).min(axis=1)
    if count < len(stretches):
        candidates = np.flatnonzero(values <= np.partition(stretches, count - 1)[count - 1])
    else:
        candidates = np.arange(len(values))
    return candidates[np.argsort(values[candidates], kind="stable")][:count]
