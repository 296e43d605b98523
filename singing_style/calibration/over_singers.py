"""Means over singers and over pairs of singers, with the intervals that other singers would give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.leave_one_out import Codes, encode

DRAWS = 1000
LEVEL = 0.95

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OverSingers:
    """Singers, and pairs of different singers, for each of whom there is a value.

    In a draw of the bootstrap a singer counts as often as they were drawn, a pair as often as the product of both.

    Attributes
    ----------
    one, other : ndarray of int, shape (k,)
        Codes of the singers of each value, counted from 0; equal for a value of one singer.
    bootstrap : Bootstrap
        Over all of them.
    """

    one: Codes
    other: Codes
    bootstrap: Bootstrap

    @classmethod
    def of(cls, one: Codes, other: Codes, generator: np.random.Generator) -> "OverSingers":
        """Draw the singers; see the attributes."""
        codes = encode(np.concatenate([one, other]))
        bootstrap = Bootstrap.over(np.arange(codes.max() + 1), DRAWS, LEVEL, generator)
        return cls(codes[: len(one)], codes[len(one) :], bootstrap)

    def estimate(self, means: Numbers) -> Estimate:
        """Return the first mean, which is of the singers as they are, with the interval that the others give."""
        return self.bootstrap.estimate(float(means[0]), means[1:])

    def of_one(self, values: Numbers) -> Numbers:
        """Return the mean of the singers' own values, as they are and in each draw: shape (1 + draws,)."""
        own = self.one == self.other
        counts = self._counts()[:, self.one[own]]
        return _divide(counts @ values[own], counts.sum(axis=1))

    def of_two(self, values: Numbers) -> Numbers:
        """Return the mean of the values of two singers, likewise."""
        apart = self.one != self.other
        counts = self._counts()
        table, there = np.zeros((2, counts.shape[1], counts.shape[1]))
        table[self.one[apart], self.other[apart]] = values[apart]
        there[self.one[apart], self.other[apart]] = 1
        return _divide(((counts @ table) * counts).sum(axis=1), ((counts @ there) * counts).sum(axis=1))

    def _counts(self) -> Numbers:
        counts = self.bootstrap.counts
        return np.vstack([np.ones(counts.shape[1]), counts])


def _divide(sums: Numbers, weights: Numbers) -> Numbers:
    """Divide; NaN in a draw without any of them."""
    means = np.full(len(sums), np.nan)
    np.divide(sums, weights, out=means, where=weights > 0)
    return means
