"""Retrieval: how early the others of its class come when all are ranked by their distance from a performance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import (
    BLOCK_DISTANCES,
    Codes,
    Labels,
    Vectors,
    count_others,
    distance_blocks,
    encode,
)
from pipeline.analysis.products import Floating, Products

# From so many bounds on it is faster to sort the values than to count those below each.
FEW = 24


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
    codes = encode(labels)
    groups = np.arange(len(codes)) if excluded is None else encode(excluded)
    products = Products(vectors, vectors, groups, np.float64)
    place = np.argsort(products.order)
    members = np.split(place[np.argsort(codes, kind="stable")], np.cumsum(np.bincount(codes))[:-1])
    found = Retrieval(np.full(len(codes), np.nan), np.full(len(codes), np.nan))

    def rank(first: int, values: Floating) -> list[int]:
        undecided = []
        for query, away in enumerate(values, first):
            row = products.order[query]
            own = members[codes[row]]
            own = away[own[np.isfinite(away[own])]]
            ranks = _ranks(away, own, products.margins(query, own[None])[0])
            if ranks is None:
                undecided.append(row)
            else:
                _write_figures(found, row, ranks)
        return undecided

    undecided = [row for rows in products.by_block(rank, block_distances) for row in rows]
    for first, distances in distance_blocks(vectors[undecided], vectors, block_distances):
        for row, away in zip(undecided[first:], distances, strict=False):
            others = np.flatnonzero(groups != groups[row])
            ranked = others[np.argsort(away[others], kind="stable")]
            _write_figures(found, row, 1 + np.flatnonzero(codes[ranked] == codes[row]))
    return found


def random_retrieval(labels: Labels, excluded: Labels | None = None) -> Retrieval:
    """Compute what `retrieve` returns on average when the others stand in random order from every performance.

    Of N others, R are of the query's class. The expected average precision is
    ((R - 1) (N - H) / (N - 1) + H) / N with H = 1 + 1/2 + ... + 1/N, and the expected first rank (N + 1) / (R + 1).
    """
    n, r = count_others(labels, excluded)
    h = np.cumsum(1 / np.arange(1, len(labels) + 1))[n - 1]
    some, many = np.maximum(1, n), np.maximum(1, n - 1)
    precision = ((r - 1) * (n - h) / many + h) / some
    return Retrieval(np.where(r, precision, np.nan), np.where(r, (n + 1) / (r + 1), np.nan))


def _ranks(away: Floating, own: Floating, margins: NDArray[np.float64]) -> Codes | None:
    """Rank the values of a query's class among all; None where another is too close to one of them to tell."""
    nearer, not_farther = np.split(_count_below(away, np.concatenate([own - margins, own + margins])), 2)
    # Each is within its own margin.
    return np.sort(not_farther) if np.all(not_farther == nearer + 1) else None


def _count_below(values: Floating, bounds: Floating) -> Codes:
    if len(bounds) < FEW:
        return np.array([np.count_nonzero(values < bound) for bound in bounds], np.intp)
    return np.searchsorted(np.sort(values), bounds)


def _write_figures(found: Retrieval, row: int, ranks: Codes) -> None:
    if len(ranks):
        found.average_precision[row] = np.mean(np.arange(1, len(ranks) + 1) / ranks)
        found.first_rank[row] = ranks[0]
