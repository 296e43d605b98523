"""Mean normalised rank: how many recordings of other singers come before one of the same singer.

The measure of Torres, Lattner and Richard, Singer Identity Representation Learning using Self-Supervised Techniques
(ISMIR 2023): a query, another recording of its singer, and S recordings of other singers are ranked by their similarity
to the query; the rank of the one, from 0, is divided by S + 1. They draw S = 512 of them; here all of them are ranked.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import BLOCK_DISTANCES, Codes, Labels, Vectors, distance_blocks, encode
from pipeline.analysis.retrieval import FEW


def normalised_ranks(
    vectors: Vectors, query: Codes, answer: Codes, singers: Labels, block_distances: int = BLOCK_DISTANCES
) -> NDArray[np.float64]:
    """Rank an answer among all recordings of other singers, by their distance from a query.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
        Of all recordings that are ranked.
    query, answer : ndarray of int, shape (m,)
        Rows of two recordings of one singer.
    singers : ndarray, shape (n,)
    block_distances : int, optional
        Distances held in memory at a time; the result does not depend on it.

    Returns
    -------
    ndarray of float64, shape (m,)
        0 where the answer is nearest; about 0.5 for vectors that know nothing. Of recordings at the answer's own
        distance half count as nearer. NaN where there is no other singer.
    """
    codes = encode(singers)
    ranks = np.full(len(query), np.nan)
    order = np.argsort(query, kind="stable")
    queries, starts = np.unique(query[order], return_index=True)
    groups = np.split(order, starts[1:])
    for first, distances in distance_blocks(vectors[queries], vectors, block_distances):
        for row, away in enumerate(distances, first):
            others = away[codes != codes[queries[row]]]
            if len(others):
                own = away[answer[groups[row]]]
                ranks[groups[row]] = _count_below(others, own) / (len(others) + 1)
    return ranks


def _count_below(values: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count the values below each bound, and half of those that equal it."""
    if len(bounds) < FEW:
        return np.array([np.sum(values < bound) + np.sum(values == bound) / 2 for bound in bounds])
    ranked = np.sort(values)
    return np.asarray(sum(np.searchsorted(ranked, bounds, side) for side in ("left", "right")) / 2)
