"""Partitions of a corpus's songs into train, validation and test, and the best of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from pipeline.corpora.schema import LEAST_SINGERS
from pipeline.corpora.splits.dealing import CLASSES, SingerShares, Triple, deal_counts

# Up to this number, all partitions are tried; beyond it, a seeded search replaces this
MOST_TRIED = 100_000
RESTARTS = 6
STEPS = 2_000

Songs = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Repertoire:
    """Who sang what: the singers of each song as bits of an integer, quick to intersect.

    Parameters
    ----------
    sung : DataFrame
        Columns singer and song, one row per performance; a song sung twice by a singer counts once.
    """

    def __init__(self, sung: pd.DataFrame) -> None:
        self.singers: tuple[str, ...] = tuple(sorted(set(sung["singer"])))
        self.songs: tuple[str, ...] = tuple(sorted(set(sung["song"])))
        self.takes: dict[str, int] = {str(song): int(count) for song, count in sung["song"].value_counts().items()}
        bit = {singer: 1 << at for at, singer in enumerate(self.singers)}
        self._bits = dict.fromkeys(self.songs, 0)
        for singer, song in zip(sung["singer"], sung["song"], strict=True):
            self._bits[song] |= bit[singer]
        self.who_sang_all = lru_cache(maxsize=100_000)(self._who_sang_all)

    def _who_sang_all(self, songs: tuple[str, ...]) -> int:
        """Return the singers who sang all of the songs, as bits."""
        bits = (1 << len(self.singers)) - 1
        for song in songs:
            bits &= self._bits[song]
        return bits

    def names(self, bits: int) -> list[str]:
        """Return the singers whose bits are set, in alphabetical order."""
        return [singer for at, singer in enumerate(self.singers) if bits >> at & 1]

    def songs_a_singer(self) -> list[int]:
        """Count the songs of each singer."""
        return [sum(bits >> at & 1 for bits in self._bits.values()) for at in range(len(self.singers))]


@dataclass(frozen=True)
class Partition:
    """Songs of train, validation and test, and how many singers each part gets."""

    songs: Songs
    singers: Triple

    @property
    def performances(self) -> int:
        """Singers times songs, summed over the parts: each singer counts once per song."""
        return sum(len(songs) * singers for songs, singers in zip(self.songs, self.singers, strict=True))

    @property
    def complete(self) -> bool:
        """Whether every part has enough singers."""
        return min(self.singers) >= LEAST_SINGERS


def count_partitions(songs: int, counts: Triple) -> int:
    """Count the ways of choosing the songs of train, validation and test.

    Examples
    --------
    >>> count_partitions(14, (6, 4, 4))
    210210
    """
    train, validation, test = counts
    return comb(songs, test) * comb(songs - test, train) * comb(songs - test - train, validation)


def best_partition(repertoire: Repertoire, counts: Triple, shares: SingerShares, rng: np.random.Generator) -> Partition:
    """Find the partition with the most performances, of all or, if these are too many, by a seeded search.

    Ties are broken in favour of the partition whose part with the fewest singers, relative to the shares, has the most;
    then of the one whose least recorded part was recorded most; then by alphabetical order, the test set first. A part
    that lacks singers outweighs any number of performances, yet the best may have one: see `Partition.complete`.

    Parameters
    ----------
    repertoire : Repertoire
        The singers of each song.
    counts : tuple of int
        Number of songs in train, validation and test; together no more than there are.
    shares : tuple of float
        How singers who fit several parts are distributed; see `pipeline.corpora.splits.dealing`.
    rng : numpy.random.Generator
        Draws the starting points of the search and the songs that it swaps.
    """
    score = partial(_score, repertoire, shares)
    if count_partitions(len(repertoire.songs), counts) <= MOST_TRIED:
        songs = max(_every_partition(repertoire.songs, counts), key=score)
    else:
        starts = [_grow(repertoire, counts, rng) for _ in range(RESTARTS)]
        songs = max((_climb(repertoire, start, shares, rng) for start in starts), key=score)
    return Partition(songs, _count_singers(repertoire, shares, songs))


def singers_by_class(repertoire: Repertoire, songs: Songs) -> list[int]:
    """Return, as bits, the singers of each of `CLASSES`: those who fit exactly these parts."""
    fits = [repertoire.who_sang_all(part) for part in songs]
    members = []
    for parts in CLASSES:
        bits = fits[parts[0]]
        for part in range(3):
            bits &= fits[part] if part in parts else ~fits[part]
        members.append(bits)
    return members


def _count_singers(repertoire: Repertoire, shares: SingerShares, songs: Songs) -> Triple:
    sizes = tuple(members.bit_count() for members in singers_by_class(repertoire, songs))
    dealt = deal_counts(sizes, shares, LEAST_SINGERS)
    return (sum(row[0] for row in dealt), sum(row[1] for row in dealt), sum(row[2] for row in dealt))


def _score(repertoire: Repertoire, shares: SingerShares, songs: Songs) -> tuple[int, int, float, int]:
    singers = _count_singers(repertoire, shares, songs)
    return (
        sum(min(count, LEAST_SINGERS) for count in singers),
        Partition(songs, singers).performances,
        min(count / share for count, share in zip(singers, shares, strict=True)),
        min(sum(repertoire.takes[song] for song in part) for part in songs),
    )


def _every_partition(songs: tuple[str, ...], counts: Triple) -> Iterator[Songs]:
    for test in combinations(songs, counts[2]):
        others = [song for song in songs if song not in test]
        for train in combinations(others, counts[0]):
            rest = [song for song in others if song not in train]
            for validation in combinations(rest, counts[1]):
                yield train, validation, test


def _grow(repertoire: Repertoire, counts: Triple, rng: np.random.Generator) -> list[int]:
    """Draw a song for each part, then add the songs that keep the most singers.

    Returns
    -------
    list of int
        The part of each song: 0 train, 1 validation, 2 test, 3 none.
    """
    order = [int(at) for at in rng.permutation(len(repertoire.songs))]
    label = [3] * len(order)
    for part in rng.permutation(np.repeat([0, 1, 2], counts)):
        free = [at for at in order if label[at] == 3]
        begun = [at for at in order if label[at] == part]
        kept = {at: repertoire.who_sang_all(_named(repertoire, [*begun, at])).bit_count() for at in free}
        label[max(free, key=lambda at: kept[at]) if begun else free[0]] = int(part)
    return label


def _climb(repertoire: Repertoire, label: list[int], shares: SingerShares, rng: np.random.Generator) -> Songs:
    """Swap the parts of two songs at a time for as long as that helps."""
    songs = _songs_of(repertoire, label)
    score = _score(repertoire, shares, songs)
    steps, improved = 0, True
    while improved and steps < STEPS:
        improved = False
        pairs = [pair for pair in combinations(range(len(label)), 2) if label[pair[0]] != label[pair[1]]]
        for at in rng.permutation(len(pairs))[: STEPS - steps]:
            one, other = pairs[at]
            swapped = label.copy()
            swapped[one], swapped[other] = label[other], label[one]
            candidate = _songs_of(repertoire, swapped)
            steps += 1
            if (better := _score(repertoire, shares, candidate)) > score:
                label, songs, score, improved = swapped, candidate, better, True
                break
    return songs


def _songs_of(repertoire: Repertoire, label: list[int]) -> Songs:
    train, validation, test = (
        _named(repertoire, [at for at, own in enumerate(label) if own == part]) for part in range(3)
    )
    return train, validation, test


def _named(repertoire: Repertoire, places: list[int]) -> tuple[str, ...]:
    return tuple(repertoire.songs[at] for at in sorted(places))
