"""Retrieval: how early the others of its class come when all are ranked by their distance from a performance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import BLOCK_DISTANCES, Labels, Vectors, allowed_others, distance_blocks, encode


@dataclass(frozen=True, eq=False)
class Retrieval:
    """How early the performances of a query's class come among all others, from near to far.

    Attributes
    ----------
    average_precision : ndarray of float64, shape (n,)
        Mean of the precisions at their ranks, above 0 and at most 1.
    first_rank : ndarray of float64, shape (n,)
        Rank of the first of them, from 1.

    Both are NaN for a performance without a possible neighbour of its class.
    """

    average_precision: NDArray[np.float64]
    first_rank: NDArray[np.float64]


def retrieve(
    vectors: Vectors, labels: Labels, excluded: Labels | None = None, block_distances: int = BLOCK_DISTANCES
) -> Retrieval:
    """Rank all others by their distance from each performance; at equal distance the lower row is nearer.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    labels : ndarray, shape (n,)
        The class of each performance.
    excluded : ndarray, shape (n,), optional
        Performances that share this value are excluded from each other's ranking.
    block_distances : int, optional
        Distances held in memory at a time; the result does not depend on it.
    """
    codes, excluded_codes = encode(labels), None if excluded is None else encode(excluded)
    found = Retrieval(np.full(len(codes), np.nan), np.full(len(codes), np.nan))
    for first, distances in distance_blocks(vectors, vectors, block_distances):
        for row, away in enumerate(distances, start=first):
            others = allowed_others(row, len(codes), excluded_codes)
            ranked = others[np.argsort(away[others], kind="stable")]
            ranks = 1 + np.flatnonzero(codes[ranked] == codes[row])
            if len(ranks):
                found.average_precision[row] = np.mean(np.arange(1, len(ranks) + 1) / ranks)
                found.first_rank[row] = ranks[0]
    return found


def random_retrieval(labels: Labels, excluded: Labels | None = None) -> Retrieval:
    """Compute what `retrieve` returns on average when the others stand in random order from every performance.

    Of N others, R are of the query's class. The expected average precision is
    ((R - 1) (N - H) / (N - 1) + H) / N with H = 1 + 1/2 + ... + 1/N, and the expected first rank (N + 1) / (R + 1).
    """
    codes, excluded_codes = encode(labels), None if excluded is None else encode(excluded)
    harmonic = np.cumsum(1 / np.arange(1, len(codes) + 1))
    expected = Retrieval(np.full(len(codes), np.nan), np.full(len(codes), np.nan))
    for row, code in enumerate(codes):
        others = codes[allowed_others(row, len(codes), excluded_codes)]
        n, r = len(others), int(np.count_nonzero(others == code))
        if r:
            h = harmonic[n - 1]
            expected.average_precision[row] = ((r - 1) * (n - h) / max(1, n - 1) + h) / n
            expected.first_rank[row] = (n + 1) / (r + 1)
    return expected
