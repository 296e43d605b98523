"""Pairs of known voices at about one pitch, on which a calibration is fitted and judged, singer by singer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Codes, encode
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.model.known_pairs import KnownPairs
from singing_style.register import same_register
from singing_style.voice_index import Voice, VoiceIndex

# Recordings to pair, about; of singers with many a sample is drawn, since it is their number that decides the errors.
MOST_RECORDINGS = 500
# However many singers there are, each keeps so many.
LEAST_EACH = 4
# Pairs of a kind at most, for very many singers.
MOST_PAIRS = 2**18

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VoicePairs:
    """Pairs of recordings of different songs at about one pitch, nearest first.

    Without a known song each recording is a song of its own. Pairs of men and women, which are easy to tell apart, are
    left out as in `singing_style.cohort`: a threshold that held for all would let twice as many sopranos pass for each
    other.

    Attributes
    ----------
    distances : ndarray of float64, shape (m,)
        Euclidean, ascending.
    one, other : ndarray of int, shape (m,)
        Codes of the two singers; equal in a pair of one singer.
    weights : ndarray of float64, shape (m,)
        Each two singers' pairs, and each one singer's, sum to 1.
    singers : int
        Codes run from 0 to below it.
    """

    distances: Numbers
    one: Codes
    other: Codes
    weights: Numbers
    singers: int

    def __len__(self) -> int:
        return len(self.distances)

    @classmethod
    def of(cls, index: VoiceIndex, generator: np.random.Generator) -> "VoicePairs":
        """Pair the recordings of a collection; two that share a file are never paired.

        Parameters
        ----------
        index : VoiceIndex
        generator : numpy.random.Generator
            Draws a sample where there are many.
        """
        codes = encode(np.array([voice.singer for voice in index.voices]))
        rows = thin(codes, MOST_RECORDINGS, generator)
        voices, singer = [index.voices[row] for row in rows], codes[rows]
        trials = draw_trials(singer, _songs(voices), MOST_PAIRS, generator)
        pitches = np.array([voice.performance.pitch for voice in voices])
        kept = ~trials.same_song & same_register(pitches[trials.first], pitches[trials.second])
        kept &= ~_share_a_file(voices, trials)
        distances = pair_distances(index.vectors[rows], trials)
        order = np.flatnonzero(kept)[np.argsort(distances[kept], kind="stable")]
        ends = np.sort(np.stack([singer[trials.first[order]], singer[trials.second[order]]]), axis=0)
        singers = int(codes.max()) + 1
        _, who, count = np.unique(ends[0] * singers + ends[1], return_inverse=True, return_counts=True)
        return cls(distances[order], ends[0], ends[1], 1 / count[who], singers)

    @property
    def same_singer(self) -> NDArray[np.bool_]:
        """Whether one singer sings both, shape (m,)."""
        return np.asarray(self.one == self.other)

    @property
    def paired(self) -> Codes:
        """The singers who are in pairs of both kinds: with themselves, and with others."""
        same = self.same_singer
        return np.intersect1d(self.one[same], np.concatenate([self.one[~same], self.other[~same]]))

    @property
    def both_kinds(self) -> bool:
        """Whether there are pairs of one singer, and pairs of two."""
        return bool(self.same_singer.any() and not self.same_singer.all())

    @property
    def pairs_of_singers(self) -> int:
        """How many pairs of different singers they are of."""
        impostors = ~self.same_singer
        return len(np.unique(self.one[impostors] * self.singers + self.other[impostors]))

    @property
    def left_beside_two(self) -> int:
        """How many pairs of different singers there are at least when two of them, who are a pair, are left out."""
        impostors = ~self.same_singer
        one, other = np.unique(np.stack([self.one[impostors], self.other[impostors]]), axis=1)
        each = np.bincount(np.concatenate([one, other]), minlength=self.singers)
        return int((len(one) - each[one] - each[other] + 1).min())

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "VoicePairs":
        """Return the pairs that a mask or an index array selects; the codes of singers stay."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in ("distances", "one", "other", "weights")})

    def within(self, singers: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which pairs have both singers among some, given as a mask over their codes: shape (m,)."""
        return np.asarray(singers[self.one] & singers[self.other])

    def known(self) -> KnownPairs:
        """Return the same as `pipeline.model` fits and judges them: half of the weight to each kind."""
        same = self.same_singer
        weights = np.where(same, *(0.5 * self.weights / self.weights[kind].sum() for kind in (same, ~same)))
        return KnownPairs(self.distances, same, weights, len(np.union1d(self.one, self.other)))


def thin(codes: Codes, most: int, generator: np.random.Generator) -> Codes:
    """Draw rows so that no more than about so many are left, as evenly over the singers as they allow.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        The singer of each row, counted from 0.
    most : int
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of int
        Ascending; of each singer all rows, or as many as of any other, but at least `LEAST_EACH`.
    """
    counts = np.bincount(codes)
    each = LEAST_EACH
    while each < counts.max() and np.minimum(counts, each + 1).sum() <= most:
        each += 1
    order = generator.permutation(len(codes))
    by_singer = order[np.argsort(codes[order], kind="stable")]
    place = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(by_singer[place < each])


def ambiguous(voices: Sequence[Voice]) -> dict[str, str]:
    """Find the recordings that stand under more than one singer: path, and the reason to leave it out."""
    holders: dict[str, list[Voice]] = {}
    for voice in voices:
        for content in voice.contents:
            holders.setdefault(content, []).append(voice)
    found = {}
    for sharing in holders.values():
        for voice in sharing:
            others = [one for one in sharing if one.singer != voice.singer]
            if others:
                found[voice.path] = f"the same file as {others[0].path}, which is under another singer"
    return found


def _songs(voices: Sequence[Voice]) -> Codes:
    """Return the number of each recording's song; without a song, a recording has a number of its own."""
    codes = encode(np.array([voice.song for voice in voices]))
    unknown = np.array([not voice.song for voice in voices])
    return np.where(unknown, len(voices) + np.arange(len(voices)), codes)


def _share_a_file(voices: Sequence[Voice], trials: Trials) -> NDArray[np.bool_]:
    """Return which trials are of two recordings with a file in common."""
    contents = Counter(content for voice in voices for content in set(voice.contents))
    rows = {content: [] for content, count in contents.items() if count > 1}  # type: dict[str, list[int]]
    for row, voice in enumerate(voices):
        for content in set(voice.contents) & rows.keys():
            rows[content].append(row)
    pairs = [first * len(voices) + second for some in rows.values() for first in some for second in some]
    return np.isin(trials.first * len(voices) + trials.second, pairs)
