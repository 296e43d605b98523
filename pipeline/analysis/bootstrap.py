"""How much a figure would vary with other singers: the cluster bootstrap over singers."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from pipeline.analysis.leave_one_out import Codes, Labels, encode


class Estimate(NamedTuple):
    """A figure and its confidence interval; `low` and `high` are NaN where there are fewer than two singers."""

    value: float
    low: float
    high: float

    def rounded(self, decimals: int = 4) -> dict[str, float]:
        """Return what is known, for a metrics file: value, and low and high where they exist."""
        return {name: round(float(x), decimals) for name, x in self._asdict().items() if not np.isnan(x)}


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Singers drawn with replacement, each with all his performances, many times over.

    The performances of a singer succeed or fail together, so singers are drawn, not performances. What was found
    for a performance (its neighbours, its rank) stays as it was found among all performances: in a draw that holds a
    singer twice, each performance would otherwise find its own copy. The intervals therefore show how the figure
    varies with the singers of the queries, given the performances searched, and given the songs.

    All figures of one `Bootstrap` share the same draws, so that differences of replicates are paired.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        The singer of each performance, counted from 0.
    counts : ndarray of float64, shape (draws, singers)
        How often each draw holds each singer; every row sums to the number of singers.
    level : float
        Confidence of the intervals, between 0 and 1.
    """

    codes: Codes
    counts: NDArray[np.float64]
    level: float

    @classmethod
    def over(cls, singers: Labels, draws: int, level: float, generator: np.random.Generator) -> "Bootstrap":
        """Draw the singers.

        Parameters
        ----------
        singers : ndarray, shape (n,)
            Who sings each performance.
        draws : int
            Number of draws, each of as many singers as there are.
        level : float
            Confidence of the intervals, between 0 and 1.
        generator : numpy.random.Generator
            Draws them.
        """
        codes = encode(singers)
        number = int(codes.max()) + 1
        counts = generator.multinomial(number, np.full(number, 1 / number), size=draws)
        return cls(codes, counts.astype(np.float64), level)

    def mean(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> Estimate:
        """Estimate the mean of one value per performance, shape (n,), ignoring NaN."""
        return self.estimate(float(np.nanmean(values)), self.means(values))

    def means(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """Compute the mean over performances in every draw: shape (draws,), NaN in a draw without values."""
        known = ~np.isnan(values)
        singers = self.counts.shape[1]
        sums = np.bincount(self.codes[known], weights=values[known], minlength=singers)
        sizes = np.bincount(self.codes[known], minlength=singers)
        held = self.counts @ sizes
        means = np.full(len(held), np.nan)
        np.divide(self.counts @ sums, held, out=means, where=held > 0)
        return means

    def estimate(self, value: float, replicates: NDArray[np.float64]) -> Estimate:
        """Return a value with its expanded percentile interval.

        With few singers the plain percentile interval is too narrow, because the bootstrap's variance is biased and
        because it ignores Student's t. Its ends are therefore moved outwards, to
        Phi(sqrt(s / (s - 1)) t(tail, s - 1)) for s singers (Hesterberg, The American Statistician 69, 2015).
        Simulated with 10 to 80 singers of 4 performances and accuracies of 0.5 to 0.8, nominal 0.95 covers 0.93 to
        0.96; the plain percentile interval 0.89 to 0.95, BCa 0.91 to 0.95. Where nearly all performances succeed (or
        fail), no bootstrap knows of rare failures that it has not seen: 0.86 at an accuracy of 0.95 with 20 singers,
        and no width at all once every performance succeeds.

        Parameters
        ----------
        value : float
            The figure over all performances.
        replicates : ndarray of float64, shape (draws,)
            The figure in each draw; NaN, where a draw has none, is ignored.
        """
        singers = self.counts.shape[1]
        known = replicates[~np.isnan(replicates)]
        if singers < 2 or not len(known):
            return Estimate(value, np.nan, np.nan)
        tail = ndtr(np.sqrt(singers / (singers - 1)) * stdtrit(singers - 1, (1 - self.level) / 2))
        low, high = np.quantile(known, [tail, 1 - tail])
        return Estimate(value, float(low), float(high))
