"""Distributing the singers who fit several parts, since a singer may be in one part only."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

Triple = tuple[int, int, int]
SingerShares = tuple[float, float, float]

# The sets of parts (0 train, 1 validation, 2 test) that a singer may fit; each singer belongs to one such class
CLASSES: tuple[tuple[int, ...], ...] = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))


@lru_cache(maxsize=100_000)
def deal_counts(sizes: tuple[int, ...], shares: SingerShares, least: int) -> tuple[Triple, ...]:
    """Compute how many singers of each class go to each part.

    A class is distributed in proportion to the shares of the parts that it fits (largest remainder, ties to the
    earlier part). Then parts with fewer than ``least`` get singers from the largest part that can spare them, if
    necessary by way of the third: every part ends with ``least`` wherever that is possible.

    Parameters
    ----------
    sizes : tuple of int
        Singers in each of `CLASSES`.
    shares : tuple of float
        Share of train, validation and test; above 0.
    least : int
        Singers that each part needs.

    Returns
    -------
    tuple of (int, int, int)
        For each of `CLASSES`, the singers that go to train, validation and test.

    Examples
    --------
    >>> deal_counts((0, 0, 0, 0, 0, 0, 16), (0.5, 0.125, 0.375), 2)[6]
    (8, 2, 6)
    """
    dealt = [[0, 0, 0] for _ in CLASSES]
    for row, parts, size in zip(dealt, CLASSES, sizes, strict=True):
        for part, count in zip(parts, apportion(size, [shares[part] for part in parts]), strict=True):
            row[part] = count
    for part in range(3):
        while _total(dealt, part) < least and _bring_one(dealt, part, least):
            pass
    return tuple((row[0], row[1], row[2]) for row in dealt)


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Divide a whole number in proportion to weights by largest remainder; ties go to the earlier one.

    Examples
    --------
    >>> apportion(7, [0.5, 0.25, 0.25])
    [3, 2, 2]
    """
    exact = [total * weight / sum(weights) for weight in weights]
    counts = [int(value + 1e-9) for value in exact]
    by_remainder = sorted(range(len(weights)), key=lambda at: (round(counts[at] - exact[at], 9), at))
    for at in by_remainder[: total - sum(counts)]:
        counts[at] += 1
    return counts


def dealing_order(singers: Sequence[str], kinds: Mapping[str, str], rng: np.random.Generator) -> list[str]:
    """Shuffle singers, then spread each kind (such as sex) evenly, so that any run of them is mixed.

    Parameters
    ----------
    singers : sequence of str
        The result depends on their order.
    kinds : mapping of str to str
        Kind of each singer; singers without one form a kind of their own.
    rng : numpy.random.Generator
        Draws the shuffle.
    """
    shuffled = [singers[at] for at in rng.permutation(len(singers))]
    of_kind: dict[str, list[str]] = {}
    for singer in shuffled:
        of_kind.setdefault(kinds.get(singer, ""), []).append(singer)
    place = {
        singer: ((at + 0.5) / len(members), kind)
        for kind, members in of_kind.items()
        for at, singer in enumerate(members)
    }
    return sorted(shuffled, key=lambda singer: place[singer])


def _total(dealt: list[list[int]], part: int) -> int:
    return sum(row[part] for row in dealt)


def _bring_one(dealt: list[list[int]], needy: int, least: int) -> bool:
    """Move one singer to the needy part, directly or by way of the third part; return whether that was possible."""
    others = sorted((part for part in range(3) if part != needy), key=lambda part: -_total(dealt, part))
    for donor in others:
        if _total(dealt, donor) <= least:
            continue
        between = 3 - needy - donor
        for way in ([donor, needy], [donor, between, needy]):
            steps = list(pairwise(way))
            if all(_movable(dealt, *step) is not None for step in steps):
                for step in steps:
                    _move(dealt, *step)
                return True
    return False


def _move(dealt: list[list[int]], start: int, end: int) -> None:
    row = _movable(dealt, start, end)
    if row is not None:
        row[start] -= 1
        row[end] += 1


def _movable(dealt: list[list[int]], start: int, end: int) -> list[int] | None:
    """Find a class with a singer in one part who fits the other as well."""
    for row, parts in zip(dealt, CLASSES, strict=True):
        if start in parts and end in parts and row[start] > 0:
            return row
    return None
