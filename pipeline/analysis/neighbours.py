"""Leave-one-out k-nearest-neighbour classification of performances, beside chance (paper, section 4)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import (
    BLOCK_DISTANCES,
    Codes,
    Labels,
    Vectors,
    allowed_others,
    count_others,
    encode,
)
from pipeline.analysis.nearest import NOBODY, nearest


def outcomes(
    vectors: Vectors,
    labels: Labels,
    ks: Sequence[int],
    excluded: Labels | None = None,
    queries: Vectors | None = None,
    block_distances: int = BLOCK_DISTANCES,
) -> dict[int, NDArray[np.bool_]]:
    """Classify every performance by its k nearest neighbours among all others.

    Distances are Euclidean; at equal distance the lower row is nearer. The majority of the k neighbours
    decides, and a tied vote goes to the class of the nearest neighbour among the tied classes. A performance
    with fewer than k neighbours is classified by those it has; one with none counts as wrong.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
        One per performance.
    labels : ndarray, shape (n,)
        The class of each: its singer or its song.
    ks : sequence of int
        Numbers of neighbours, each at least 1.
    excluded : ndarray, shape (n,), optional
        Performances that share this value are never neighbours of each other. With the songs here, same-song
        neighbours are excluded, and a singer can only be found through another song.
    queries : ndarray of float, shape (n, d), optional
        Vectors to classify in place of the performances' own (such as those of the first seconds of each); their
        neighbours are found among `vectors`, never in the same row.
    block_distances : int, optional
        Distances held in memory at a time; the result does not depend on it.

    Returns
    -------
    dict of int to ndarray of bool, shape (n,)
        For every k, whether each performance is classified rightly.
    """
    codes = encode(labels)
    groups = np.arange(len(codes)) if excluded is None else encode(excluded)
    rows = nearest(vectors if queries is None else queries, vectors, max(ks), groups, block_distances)
    ranked = np.where(rows == NOBODY, NOBODY, codes[rows])
    return {k: _vote(ranked, k) == codes for k in ks}


def chance(
    labels: Labels,
    ks: Sequence[int],
    draws: int,
    generator: np.random.Generator,
    excluded: Labels | None = None,
) -> dict[int, float]:
    """Estimate the share of `outcomes` that are right when the others stand in random order from every performance.

    The share is exact for k of 1 and 2, where the nearest neighbour decides.

    Parameters
    ----------
    labels, ks, excluded
        As in `outcomes`.
    draws : int
        Random orders for each performance, for k of 3 and more. The standard error is at most
        0.5 / sqrt(n * draws).
    generator : numpy.random.Generator
        Draws the orders.

    Returns
    -------
    dict of int to float
        For every k, the expected share, 0 to 1.
    """
    codes, excluded_codes = encode(labels), None if excluded is None else encode(excluded)
    right = dict.fromkeys(ks, 0.0)
    for row, code in enumerate(codes):
        others = codes[allowed_others(row, len(codes), excluded_codes)]
        drawn = others[_draw_distinct(len(others), min(max(ks), len(others)), draws, generator)]
        for k in right:
            decided = others if k < 3 else _vote(drawn, k)
            right[k] += np.count_nonzero(decided == code) / max(1, len(decided))
    return {k: share / len(codes) for k, share in right.items()}


def why_unanswerable(labels: Labels, excluded: Labels | None = None) -> str | None:
    """Explain why `outcomes` on these labels would reveal nothing about any vectors.

    Returns
    -------
    str or None
        The reason; None when there are several classes, and some performance may have a neighbour of its own class.
    """
    if len(np.unique(labels)) < 2:
        return "only one class"
    return None if count_others(labels, excluded)[1].any() else "nothing has a neighbour of its own class"


def ceiling(labels: Labels, ks: Sequence[int], excluded: Labels | None = None) -> dict[int, float]:
    """Compute the share of performances that some order of their neighbours would classify rightly.

    The best order for a performance has all of its own class nearest, and behind them the other classes in turn, so
    that none of them gathers more votes than it must. A class that ties with its own then loses, since its own is
    nearer. Three others by the same singer thus win a vote of seven, unless the remaining four must all go to a
    single other singer. Each performance is considered by itself: vectors that are best for all at once need not
    exist, so the true maximum may be lower, but never higher.

    Parameters
    ----------
    labels : ndarray, shape (n,)
        The class of each performance.
    ks : sequence of int
        Numbers of neighbours, each at least 1.
    excluded : ndarray, shape (n,), optional
        Performances that share this value are never neighbours of each other.

    Returns
    -------
    dict of int to float
        For every k, the highest share of performances that can be right, 0 to 1.
    """
    codes = encode(labels)
    groups = np.arange(len(codes)) if excluded is None else encode(excluded)
    totals = np.bincount(codes)
    right = dict.fromkeys(ks, 0)
    for group in np.unique(groups):
        members = codes[groups == group]
        supply = totals - np.bincount(members, minlength=len(totals))
        for code, performances in zip(*np.unique(members, return_counts=True), strict=True):
            for k in right:
                right[k] += int(performances) * _can_win(int(code), supply, k)
    return {k: hits / len(codes) for k, hits in right.items()}


def _vote(ranked: Codes, k: int) -> Codes:
    """Return the winning class of each row of neighbours' classes, which are ordered from the nearest on."""
    winners = np.full(len(ranked), NOBODY, np.intp)
    voters = ranked[:, :k]
    most = np.zeros(len(ranked), np.intp)
    for candidate in voters.T:
        votes = np.count_nonzero(voters == candidate[:, None], axis=1)
        ahead = (votes > most) & (candidate != NOBODY)  # strictly more: a tie stays with the nearer
        winners[ahead], most[ahead] = candidate[ahead], votes[ahead]
    return winners


def _draw_distinct(population: int, count: int, draws: int, generator: np.random.Generator) -> Codes:
    """Draw `count` different numbers below `population`, `draws` times: shape (draws, count)."""
    drawn = np.empty((draws, count), np.intp)
    for position in range(count):
        pick = generator.integers(population - position, size=draws)
        for taken in np.sort(drawn[:, :position], axis=1).T:
            pick += pick >= taken  # the pick-th of the remaining numbers
        drawn[:, position] = pick
    return drawn


def _can_win(code: int, supply: Codes, k: int) -> bool:
    """Decide whether `code` wins among `supply` neighbours of each class, in the best order for it."""
    own = min(k, int(supply[code]))
    others: NDArray[np.intp] = np.delete(supply, code)
    places = min(k, int(supply.sum())) - own
    most = 0  # votes of the strongest other class, when places are dealt in turn
    while places > 0:
        most += 1
        places -= int(np.count_nonzero(others >= most))
    return own > 0 and own >= most
