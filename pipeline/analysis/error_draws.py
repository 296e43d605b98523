"""Errors of verification in many draws of singers at once, from sums over the trials of each two singers.

In a draw a target weighs as often as its singer was drawn, a nontarget as often as the product of its two singers'
counts. The trials of two singers share this factor, so that the weight accepted at a threshold is the product of a
sparse matrix, thresholds by pairs of singers, with one of factors, pairs of singers by draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pipeline.analysis.leave_one_out import Codes

Numbers: TypeAlias = NDArray[np.float64]

# Values in each of the few tables that are held at a time: 32 MiB of float64
BLOCK_VALUES = 2**22


@dataclass(frozen=True, eq=False)
class DrawnErrors:
    """Errors in some draws; NaN in a draw where no trial of a kind has weight.

    Attributes
    ----------
    false_alarms, misses : ndarray of float64, shape (t, draws)
        Shares of nontargets accepted and of targets refused: at the threshold that accepts nothing, at every score of a
        target, and at the lowest score. Between these misses stay and false alarms rise, so that no cost is lower.
    equal_error_rate : ndarray of float64, shape (draws,)
        Where both are equal, on straight lines between successive scores.
    """

    false_alarms: Numbers
    misses: Numbers
    equal_error_rate: Numbers


class ErrorDraws:
    """False alarms and misses of the same trials, weighed by each draw of singers.

    Parameters
    ----------
    scores : ndarray of float64, shape (m,)
        Higher speaks for a target.
    weight : ndarray of float64, shape (m,)
        Of each trial where every singer is drawn once.
    one, two : ndarray of int, shape (m,)
        Codes of the two singers of each trial; a target has the same one twice. Both kinds occur.
    """

    def __init__(self, scores: Numbers, weight: Numbers, one: Codes, two: Codes) -> None:
        order = np.argsort(-scores, kind="stable")
        # Equal scores fall together.
        threshold = np.cumsum(np.diff(scores[order], prepend=np.inf) < 0)
        low, high, singers = np.minimum(one, two)[order], np.maximum(one, two)[order], 1 + int(np.max([one, two]))
        names, pair = np.unique(low * singers + high, return_inverse=True)
        self._singers: tuple[Codes, Codes] = (names // singers, names % singers)
        target = low == high
        self._targets, self._nontargets = (
            _Ranked(threshold[kind], weight[order][kind], pair[kind]) for kind in (target, ~target)
        )
        self._keys = np.unique(np.append(threshold[target], threshold[-1]))

    def blocks(self, counts: Numbers) -> Iterator[DrawnErrors]:
        """Yield the errors of all draws, some draws at a time.

        Parameters
        ----------
        counts : ndarray of float64, shape (draws, singers)
            How often each draw holds each singer.
        """
        draws = max(1, BLOCK_VALUES // max(len(self._keys), len(self._singers[0])))
        for first in range(0, len(counts), draws):
            yield self._errors(self._factors(counts[first : first + draws]))

    def _factors(self, counts: Numbers) -> Numbers:
        """Count how often each draw holds the trials of two singers: shape (pairs, draws)."""
        one, two = self._singers
        by_singer = np.ascontiguousarray(counts.T)
        factors = by_singer[two]
        factors[one == two] = 1
        factors *= by_singer[one]
        return factors

    def _errors(self, factors: Numbers) -> DrawnErrors:
        hits, alarms = (kind.up_to(self._keys, factors) for kind in (self._targets, self._nontargets))
        known = (hits[-1] > 0) & (alarms[-1] > 0)
        all_hits, all_alarms = (np.where(known, sums[-1], np.nan) for sums in (hits, alarms))
        misses, false_alarms = 1 - hits / all_hits, alarms / all_alarms
        rates = np.full(len(known), np.nan)
        crossed = np.argmax(misses <= false_alarms, axis=0)
        for key in np.unique(crossed[known]):
            between = self._nontargets.between(*self._keys_around(key))
            draws = np.flatnonzero(known & (crossed == key))
            for some in np.array_split(draws, 1 + len(draws) * len(between) // BLOCK_VALUES):
                passed = (alarms[key - 1, some] + between.cumulated(factors, some)) / all_alarms[some]
                accepted = np.concatenate([false_alarms[None, key - 1, some], passed, false_alarms[None, key, some]])
                refused = np.repeat(misses[None, key - 1, some], len(accepted), axis=0)
                refused[-1] = misses[key, some]
                rates[some] = _crossing(accepted, refused)
        return DrawnErrors(false_alarms, misses, rates)

    def _keys_around(self, key: int) -> tuple[int, int]:
        """Return the threshold before a key and its own; the first key counts the one that accepts nothing."""
        return int(self._keys[key - 2]) if key > 1 else -1, int(self._keys[key - 1])


@dataclass(frozen=True, eq=False)
class _Ranked:
    """Trials of one kind in the order of their thresholds, from strict to loose."""

    threshold: Codes
    weight: Numbers
    pair: Codes

    def __len__(self) -> int:
        return len(self.threshold)

    def up_to(self, keys: Codes, factors: Numbers) -> Numbers:
        """Sum the weights of those accepted at nothing and at each key: shape (keys + 1, draws)."""
        ends = np.searchsorted(self.threshold, keys, side="right")
        table = csr_array((self.weight, self.pair, np.append(0, ends)), shape=(len(keys), len(factors)))
        return np.cumsum(np.concatenate([np.zeros((1, factors.shape[1])), table @ factors]), axis=0)

    def between(self, low: int, high: int) -> "_Ranked":
        """Select the trials whose thresholds lie strictly between two."""
        chosen = slice(np.searchsorted(self.threshold, low, "right"), np.searchsorted(self.threshold, high, "left"))
        return _Ranked(self.threshold[chosen], self.weight[chosen], self.pair[chosen])

    def cumulated(self, factors: Numbers, draws: Codes) -> Numbers:
        """Sum the weights up to each threshold that occurs, in some draws: shape (thresholds, draws)."""
        sums = np.cumsum(self.weight[:, None] * factors[np.ix_(self.pair, draws)], axis=0)
        return np.asarray(sums[np.flatnonzero(np.diff(self.threshold, append=np.iinfo(np.intp).max))])


def _crossing(false_alarms: Numbers, misses: Numbers) -> Numbers:
    """Find where both are equal in each draw, as `equal_error_rate` does: shape (t, draws) to (draws,)."""
    ahead = misses - false_alarms
    after = np.argmax(ahead <= 0, axis=0)
    draws = np.arange(len(after))
    part = ahead[after - 1, draws] / (ahead[after - 1, draws] - ahead[after, draws])
    below = false_alarms[after - 1, draws]
    return np.asarray(below + part * (false_alarms[after, draws] - below))
