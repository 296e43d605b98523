"""From distance to probability that two performances are by the same singer, and how far it can be believed.

A logistic regression on the distance, as is usual where speakers are compared (Brümmer and du Preez 2006), fitted on
performances that the network did not learn from.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from pipeline.analysis.error_curve import ErrorCurve
from pipeline.model.numbers import Finite, NotNegative, Share, WholeNumber

if TYPE_CHECKING:
    from pipeline.model.known_pairs import KnownPairs

EVEN = 0.5
BINS = 10
Numbers = NDArray[np.float64]


class Calibration(BaseModel):
    """What a distance means.

    Attributes
    ----------
    bias, slope : float
        Log odds of the same singer, at even odds beforehand, are ``bias - slope * distance``; `slope` is not negative.
    threshold : float
        The distance up to which two performances count as the same singer's: where as many pairs of one singer are
        refused as pairs of two are accepted, or what `strangers` asked for.
    equal_error_rate : float
        How many that is, 0 to 1, on the pairs of the fit.
    prior : float
        Probability of the same singer before anything is heard; 0.5.
    pairs, singers : int
        On how many pairs of performances of how many singers it rests; none where there were none to learn from.
    corpus : str
        Whose they are.
    strangers : float, optional
        Of pairs of two singers, the share that the threshold was set to accept at most; None for equal errors.
    unseen_error : float, optional
        Expected calibration error, 0 to 1, on singers of the same recordings who were not in the fit; None where the
        fit was judged on other recordings, or not at all.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    bias: Finite
    slope: NotNegative
    threshold: NotNegative
    equal_error_rate: Share
    prior: Annotated[float, Field(gt=0, lt=1)]
    pairs: WholeNumber
    singers: WholeNumber
    corpus: str
    strangers: Share | None = None
    unseen_error: Share | None = None

    @classmethod
    def fit(cls, pairs: "KnownPairs", corpus: str) -> "Calibration":
        """Fit to pairs of performances whose singers are known.

        The answers are softened as Platt (1999) proposes, so that no probability is certain even where all pairs are
        separated: of n pairs of one kind, n + 1 in n + 2 count as such. Where the nearer pairs are not the likelier,
        the slope is 0 and every probability a half.

        Parameters
        ----------
        pairs : KnownPairs
        corpus : str
            Whose they are.
        """
        same = int(pairs.same_singer.sum())
        answers = np.where(pairs.same_singer, (same + 1) / (same + 2), 1 / (len(pairs) - same + 2))
        bias, slope = _regress(pairs.distances, answers, pairs.weights)
        score, rate = ErrorCurve(-pairs.distances, pairs.same_singer).best_threshold(pairs.weights)
        return cls(
            bias=bias,
            slope=slope,
            threshold=-score,
            equal_error_rate=rate,
            prior=EVEN,
            pairs=len(pairs),
            singers=pairs.singers,
            corpus=corpus,
        )

    @classmethod
    def unknown(cls, corpus: str) -> "Calibration":
        """Return a calibration that leaves every probability at its prior: for a corpus without pairs to learn from."""
        return cls(
            bias=0.0, slope=0.0, threshold=0.0, equal_error_rate=EVEN, prior=EVEN, pairs=0, singers=0, corpus=corpus
        )

    @property
    def known(self) -> bool:
        """Whether it rests on anything."""
        return self.pairs > 0

    def probability(self, distance: float, prior: float | None = None) -> float:
        """Return the probability that two performances at this distance are by the same singer.

        Parameters
        ----------
        distance : float
            Euclidean, between two performance vectors.
        prior : float, optional
            Another probability beforehand, strictly between 0 and 1: 0.01 where one in a hundred is expected.
        """
        return float(self.probabilities([distance], prior)[0])

    def probabilities(self, distances: ArrayLike, prior: float | None = None) -> NDArray[np.float64]:
        """Return the probability for each of many distances; see `probability`.

        Raises
        ------
        ValueError
            `prior` is not strictly between 0 and 1, or a distance is negative or not finite.
        """
        distances = np.asarray(distances, np.float64)
        if not np.all(np.isfinite(distances) & (distances >= 0)):
            raise ValueError("distances must be finite and not negative")
        beforehand = self.prior if prior is None else prior
        if not 0 < beforehand < 1:
            raise ValueError(f"prior must lie strictly between 0 and 1, got {beforehand}")
        odds = self.bias - self.slope * distances + np.log(beforehand / (1 - beforehand))
        probabilities: NDArray[np.float64] = 0.5 * (1 + np.tanh(odds / 2))
        return probabilities


def _regress(distances: Numbers, answers: Numbers, weights: Numbers) -> tuple[float, float]:
    """Find bias and slope of the greatest likelihood; a slope of 0 where the nearer are not the likelier."""
    from scipy.optimize import minimize

    unit = float(weights @ distances / weights.sum()) or 1.0
    scaled = distances / unit

    def loss(line: Numbers) -> tuple[float, Numbers]:
        odds = line[0] - line[1] * scaled
        error = weights * (0.5 * (1 + np.tanh(odds / 2)) - answers)
        return float(weights @ (np.logaddexp(0, odds) - answers * odds)), np.array([error.sum(), -error @ scaled])

    found = minimize(
        loss,
        np.zeros(2),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), (0, None)],
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    return float(found.x[0]), float(found.x[1]) / unit


@dataclass(frozen=True, eq=False)
class Reliability:
    """How well probabilities fit what was the case, over weighted trials.

    Attributes
    ----------
    log_loss : float
        Mean of ``-log(probability of the right answer)``; a half for everything has log 2 = 0.693.
    brier : float
        Mean squared error of the probability; a half for everything has 0.25.
    calibration_error : float
        Expected calibration error: mean over the bins, by weight, of the distance from `predicted` to `observed`.
    predicted, observed, weight : ndarray of float64, shape (bins,)
        In each tenth of the probabilities that occurs: their mean, the share of targets, and the share of the weight.
    """

    log_loss: float
    brier: float
    calibration_error: float
    predicted: Numbers
    observed: Numbers
    weight: Numbers


def measure_reliability(probabilities: Numbers, target: NDArray[np.bool_], weights: Numbers) -> Reliability:
    """Measure how far probabilities can be believed.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (m,)
        Of a target, for each trial.
    target : ndarray of bool, shape (m,)
    weights : ndarray of float64, shape (m,)
    """
    shares = weights / weights.sum()
    right = np.where(target, probabilities, 1 - probabilities)
    tenth = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    sums = np.array(
        [np.bincount(tenth, weights=shares * values, minlength=BINS) for values in (1.0, probabilities, target)], float
    )
    weight = sums[0, sums[0] > 0]
    predicted, observed = sums[1:, sums[0] > 0] / weight
    return Reliability(
        log_loss=float(-shares @ np.log(np.maximum(right, np.finfo(np.float64).tiny))),
        brier=float(shares @ (1 - right) ** 2),
        calibration_error=float(weight @ np.abs(predicted - observed)),
        predicted=predicted,
        observed=observed,
        weight=weight,
    )
