"""Linear probe: how well a number can be read from vectors of unseen singers."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.leave_one_out import Codes, Labels, Vectors
from pipeline.runtime.counting import counted

Floats: TypeAlias = NDArray[np.float64]

# Ridge penalties to choose from, as shares of the number of rows
PENALTIES = 10.0 ** np.arange(-4, 2.5, 0.5)
# With fewer singers there is no fold to choose the penalty in, and no basis for a confidence interval
LEAST_SINGERS = 4
LEVEL = 0.95


def deal_folds(singer: Labels, folds: int, generator: np.random.Generator) -> Codes:
    """Assign singers to folds at random, all folds of the same size to within one.

    Parameters
    ----------
    singer : ndarray, shape (n,)
        The singer of each row.
    folds : int
        Their number; no more are used than there are singers.
    generator : numpy.random.Generator
        Shuffles the singers.

    Returns
    -------
    ndarray of int, shape (n,)
        The fold of each row; all rows of a singer are in one.
    """
    names, row = np.unique(singer, return_inverse=True)
    fold = np.empty(len(names), np.intp)
    fold[generator.permutation(len(names))] = np.arange(len(names)) % folds
    return fold[row]


def why_unreadable(target: Floats, singer: Labels) -> str | None:
    """Explain why a target cannot be probed; None where it can.

    Parameters
    ----------
    target : ndarray of float64, shape (n,)
        NaN where it is not known.
    singer : ndarray, shape (n,)
    """
    known = np.isfinite(target)
    singers = len(np.unique(singer[known]))
    if singers < LEAST_SINGERS:
        return f"known of {counted(singers, 'singer')}, {LEAST_SINGERS} are needed"
    if np.ptp(target[known]) <= 1e-9 * np.abs(target[known]).max():
        return "the same everywhere"
    return None


def read_number(
    vectors: Vectors,
    target: Floats,
    singer: Labels,
    unit: Labels,
    *,
    folds: int,
    draws: int,
    fold_generator: np.random.Generator,
    draw_generator: np.random.Generator,
) -> Estimate:
    """Read a target from vectors; see `predict_held_out` and `r_squared`.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    target : ndarray of float64, shape (n,)
        NaN where it is not known; such rows are left out.
    singer : ndarray, shape (n,)
    unit : ndarray, shape (n,)
        Rows that share this value count as one point, by the means of target and prediction: with the singers here, a
        target that is constant for each singer is judged by one point per singer, not per row.
    folds : int
        At least 3.
    draws : int
        Bootstrap samples.
    fold_generator, draw_generator : numpy.random.Generator
        Assign singers to folds, and draw the singers of the bootstrap.
    """
    known = np.isfinite(target)
    vectors, target, singer, unit = vectors[known], target[known], singer[known], unit[known]
    predicted = predict_held_out(vectors, target, deal_folds(singer, folds, fold_generator))
    first = np.unique(unit, return_index=True)[1]
    return r_squared(mean_by(target, unit), mean_by(predicted, unit), singer[first], draws, draw_generator)


def predict_held_out(vectors: Vectors, target: Floats, fold: Codes) -> Floats:
    """Predict the target in each fold by a ridge regression fitted to the other folds.

    Each training part is standardised, and its penalty is chosen by predicting each of its folds from the rest of it:
    the strongest penalty whose squared error is within one standard error of the least (Breiman's rule; with few
    singers the least error alone overfits). The fold to predict plays no part in either.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    target : ndarray of float64, shape (n,)
        All known, in at least three folds.
    fold : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    predicted = np.empty(len(target))
    wide = vectors.astype(np.float64)
    with threadpool_limits(1):  # the matrices are so small that several threads would only wait for each other
        for held_out in np.unique(fold):
            train = fold != held_out
            penalty = _best_penalty(wide[train], target[train], fold[train])
            predicted[~train] = ridge(wide[train], target[train], wide[~train], penalty)[0]
    return predicted


def ridge(vectors: Floats, target: Floats, asked: Floats, penalties: Floats) -> Floats:
    """Fit ridge regressions on standardised vectors and predict.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, d)
        Constant columns play no part.
    target : ndarray of float64, shape (n,)
    asked : ndarray of float64, shape (m, d)
        The vectors to predict for.
    penalties : ndarray of float64, shape (p,)
        Each as a share of n; above 0.

    Returns
    -------
    ndarray of float64, shape (p, m)
    """
    mean, deviation = vectors.mean(axis=0), vectors.std(axis=0)
    scale = np.where(deviation > 1e-9 * np.abs(vectors).max(axis=0), deviation, np.inf)
    scores = (vectors - mean) / scale
    variances, axes = np.linalg.eigh(scores.T @ scores / len(scores))
    moments = axes.T @ (scores.T @ (target - target.mean())) / len(scores)
    weights = moments / (np.maximum(variances, 0) + penalties[:, None])
    predicted: Floats = target.mean() + weights @ ((asked - mean) / scale @ axes).T
    return predicted


def _best_penalty(vectors: Floats, target: Floats, fold: Codes) -> Floats:
    errors = []
    for held_out in np.unique(fold):
        train = fold != held_out
        predicted = ridge(vectors[train], target[train], vectors[~train], PENALTIES)
        errors.append(np.mean((predicted - target[~train]) ** 2, axis=1))
    mean = np.mean(errors, axis=0)
    best = mean.argmin()
    bearable = mean[best] + np.std(errors, axis=0, ddof=1)[best] / np.sqrt(len(errors))
    return PENALTIES[[np.flatnonzero(mean <= bearable).max()]]


def mean_by(values: Floats, labels: Labels) -> Floats:
    """Average values that share a label, in the order of the sorted labels."""
    row = np.unique(labels, return_inverse=True)[1]
    means: Floats = np.bincount(row, weights=values) / np.bincount(row)
    return means


def r_squared(
    target: Floats, predicted: Floats, singer: Labels, draws: int, generator: np.random.Generator
) -> Estimate:
    """Compute the coefficient of determination: 1 when exact, 0 when no better than the mean, below 0 when worse.

    The interval is that of the bootstrap over singers: the same predictions, other singers drawn from those at hand.
    It covers the chance of testing on these singers, not that of having trained the probe on them.

    Parameters
    ----------
    target, predicted : ndarray of float64, shape (n,)
        The target is not constant; the predictions come from a probe that was not trained on the singer.
    singer : ndarray, shape (n,)
    draws : int
        Bootstrap samples.
    generator : numpy.random.Generator
        Draws the singers.
    """
    centred = target - target.mean()
    sums = sum_by_singer(np.stack([np.ones_like(target), centred, centred**2, (target - predicted) ** 2], 1), singer)
    return bootstrap(sums, _r_squared_of_sums, draws, generator)


def _r_squared_of_sums(sums: Floats) -> Floats:
    rows, total, squares, errors = np.moveaxis(sums, -1, 0)
    spread = squares - total**2 / rows
    return np.asarray(1 - errors / np.where(spread > 1e-9 * squares, spread, np.nan))


def sum_by_singer(values: Floats, singer: Labels) -> Floats:
    """Sum the rows of each singer: (n, s) to (singers, s)."""
    row = np.unique(singer, return_inverse=True)[1]
    return np.stack([np.bincount(row, weights=column) for column in values.T], axis=1)


def bootstrap(sums: Floats, score: Callable[[Floats], Floats], draws: int, generator: np.random.Generator) -> Estimate:
    """Estimate a score, with the interval over singers drawn with replacement; see `pipeline.analysis.bootstrap`.

    Parameters
    ----------
    sums : ndarray of float64, shape (singers, s)
        What each singer contributes.
    score : callable
        Maps sums over singers, shape (..., s), to scores of shape (...), NaN where there is none.
    draws : int
        Bootstrap samples; those without a score are left out.
    generator : numpy.random.Generator
    """
    drawn = Bootstrap.over(np.arange(len(sums)), draws, LEVEL, generator)
    return drawn.estimate(float(score(sums.sum(axis=0))), score(drawn.counts @ sums))
