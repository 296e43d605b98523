"""The best that any vectors could score, given who sings what: votes can be lost for want of neighbours."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Codes, Labels, encode


def ceiling(labels: Labels, ks: Sequence[int], barred: Labels | None = None) -> dict[int, float]:
    """Count the performances that some order of their neighbours would classify rightly.

    Best for a performance is: its own class nearest, as many as there are, and behind them the other classes in
    turn, so that none of them gathers more votes than it must. A class that ties with its own then loses, since
    the own is nearer. Three others by the same singer thus carry a vote of seven, unless the four that are left
    must go to one and the same other singer. Each performance is looked at by itself: vectors that are best for
    all at once need not exist, so that the true maximum may lie lower, but never higher.

    Parameters
    ----------
    labels : ndarray, shape (n,)
        The class of each performance.
    ks : sequence of int
        Numbers of neighbours, each at least 1.
    barred : ndarray, shape (n,), optional
        Performances that share this value are never neighbours of each other.

    Returns
    -------
    dict of int to float
        For every k the highest share of performances that can be right, 0 to 1.
    """
    codes = encode(labels)
    groups = np.arange(len(codes)) if barred is None else encode(barred)
    totals = np.bincount(codes)
    right = dict.fromkeys(ks, 0)
    for group in np.unique(groups):
        members = codes[groups == group]
        supply = totals - np.bincount(members, minlength=len(totals))
        for code, performances in zip(*np.unique(members, return_counts=True), strict=True):
            for k in right:
                right[k] += int(performances) * _can_win(int(code), supply, k)
    return {k: hits / len(codes) for k, hits in right.items()}


def _can_win(code: int, supply: Codes, k: int) -> bool:
    """Vote among `supply` neighbours of each class in the best order for `code`."""
    own = min(k, int(supply[code]))
    others: NDArray[np.intp] = np.delete(supply, code)
    places = min(k, int(supply.sum())) - own
    most = 0  # votes of the strongest other class, when places are dealt out in turn
    while places > 0:
        most += 1
        places -= int(np.count_nonzero(others >= most))
    return own > 0 and own >= most
