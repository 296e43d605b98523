"""Verification trials: pairs of performances that share the singer, the song, both or neither."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Codes, Labels, Vectors, encode

# Vector values held at a time while distances are computed: 32 MiB of float64, twice
BLOCK_VALUES = 2**22
KINDS = 4
# The kind of the pairs that are never drawn, after the four kinds that are
APART = KINDS


@dataclass(frozen=True, eq=False)
class Trials:
    """Pairs of different performances, each once.

    Attributes
    ----------
    first, second : ndarray of int, shape (m,)
        Rows of the two performances, first below second.
    same_singer, same_song : ndarray of bool, shape (m,)
        What they share. A trial of one singer is a target, any other (an impostor pair) a nontarget.
    weight : ndarray of float64, shape (m,)
        How many pairs of its kind a trial stands for: 1 where all are here.
    """

    first: Codes
    second: Codes
    same_singer: NDArray[np.bool_]
    same_song: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, chosen: NDArray[np.bool_]) -> "Trials":
        """Return some of the trials, which refer to the same rows."""
        return Trials(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @property
    def complete(self) -> bool:
        """Whether every possible pair is here."""
        return bool(np.all(self.weight == 1))


def draw_trials(
    singer: Labels, song: Labels, most: int, generator: np.random.Generator, within: Labels | None = None
) -> Trials:
    """Return all pairs of performances, or, of a kind with too many, a random sample without replacement.

    There are four kinds: same or different singer, same or different song. The trials of a sampled kind
    weigh as much as all its pairs. Sampling m of them adds a standard error of at most 0.5 / sqrt(m) to an error rate.

    Parameters
    ----------
    singer, song : ndarray, shape (n,)
        Of each performance.
    most : int
        Trials of one kind at most.
    generator : numpy.random.Generator
        Draws the samples.
    within : ndarray, shape (n,), optional
        Only performances that share this value are paired: with the corpora here, no trial is easy merely because
        two corpora were recorded differently.
    """
    kinds = _PairKinds(
        encode(singer), encode(song), np.zeros(len(singer), np.intp) if within is None else encode(within)
    )
    counts = kinds.counts()
    sizes = counts.sum(axis=1)
    wanted = [
        np.arange(size) if size <= most else np.sort(generator.choice(size, most, replace=False, shuffle=False))
        for size in sizes
    ]
    found = _find(kinds, counts, wanted)
    first, second = (np.concatenate([rows[side] for rows in found]) for side in (0, 1))
    kind = np.repeat(np.arange(KINDS), [len(numbers) for numbers in wanted])
    weight = np.concatenate([np.full(len(w), size / max(1, len(w))) for w, size in zip(wanted, sizes, strict=True)])
    return Trials(first, second, kind >= 2, kind % 2 == 1, weight)


def pair_distances(vectors: Vectors, trials: Trials) -> NDArray[np.float64]:
    """Compute the Euclidean distance between the two performances of every trial: shape (m,)."""
    vectors = vectors.astype(np.float64)
    distances = np.empty(len(trials))
    block = max(1, BLOCK_VALUES // max(1, vectors.shape[1]))
    for start in range(0, len(trials), block):
        pairs = slice(start, start + block)
        distances[pairs] = np.linalg.norm(vectors[trials.first[pairs]] - vectors[trials.second[pairs]], axis=1)
    return distances


@dataclass(frozen=True, eq=False)
class _PairKinds:
    singer: Codes
    song: Codes
    within: Codes

    def of(self, row: int) -> NDArray[np.int8]:
        """Return the kind of each pair of this row with a later row: 2 for one singer, plus 1 for one song."""
        later = slice(row + 1, None)
        same_singer, same_song = self.singer[later] == self.singer[row], self.song[later] == self.song[row]
        kinds: NDArray[np.int8] = 2 * same_singer.astype(np.int8) + same_song.astype(np.int8)
        kinds[self.within[later] != self.within[row]] = APART
        return kinds

    def counts(self) -> Codes:
        """Count the pairs of each kind of each row with later rows: shape (kinds, n)."""
        both = _later_with_the_same(self.within, self.singer, self.song)
        of_singer = _later_with_the_same(self.within, self.singer) - both
        of_song = _later_with_the_same(self.within, self.song) - both
        neither = _later_with_the_same(self.within) - both - of_singer - of_song
        return np.stack([neither, of_song, of_singer, both])


def _find(kinds: _PairKinds, counts: Codes, wanted: list[NDArray[np.integer]]) -> list[tuple[Codes, Codes]]:
    """Find the pairs of each kind by their ascending numbers, counted in the order of rows."""
    ends = np.cumsum(counts, axis=1)
    rows = [np.searchsorted(end, numbers, side="right") for end, numbers in zip(ends, wanted, strict=True)]
    later = [np.empty(len(numbers), np.intp) for numbers in wanted]
    for row in np.unique(np.concatenate(rows)):
        kind_of = kinds.of(row)
        for kind in range(KINDS):
            here = slice(*np.searchsorted(rows[kind], [row, row + 1]))
            if here.start < here.stop:
                place = wanted[kind][here] - (ends[kind, row] - counts[kind, row])
                later[kind][here] = row + 1 + np.flatnonzero(kind_of == kind)[place]
    return list(zip(rows, later, strict=True))


def _later_with_the_same(*codes: Codes) -> Codes:
    """Count, for each row, the later rows with the same codes."""
    same = np.zeros(len(codes[0]), np.intp)
    for code in codes:
        same = encode(same * (code.max(initial=0) + 1) + code)
    order = np.argsort(same, kind="stable")
    ends = np.cumsum(np.bincount(same))
    later = np.empty(len(same), np.intp)
    later[order] = ends[same[order]] - np.arange(1, len(same) + 1)
    return later
