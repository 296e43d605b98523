"""What an embedding is worth on unseen singers: measures over the folds of a cross-validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.error_curve import ErrorCurve, equal_error_rate
from pipeline.analysis.neighbours import outcomes
from pipeline.analysis.trials import Trials, pair_distances

# Equal error rate across songs within each fold, averaged over folds; the same with one threshold for all folds; the
# share of performances whose nearest neighbour of another song has their singer; and song leakage, the share whose
# nearest neighbour of another singer has their song, which pure style would not reveal
MEASURES = ("eer", "eer_pooled", "singer_cross_song", "song")


@dataclass(frozen=True, eq=False)
class FoldComparison:
    """Distances and nearest neighbours of one fold's test performances.

    Attributes
    ----------
    singer : ndarray of str, shape (n,)
        Of each performance.
    first, second : ndarray of int, shape (m,)
        The performances of each pair that differs in song.
    distance : ndarray of float64, shape (m,)
    found, leaked : ndarray of bool, shape (n,)
        Whether the nearest of another song has the same singer; whether the nearest of another singer has the same
        song (song leakage).
    """

    singer: Names
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    distance: NDArray[np.float64]
    found: NDArray[np.bool_]
    leaked: NDArray[np.bool_]

    @property
    def same(self) -> NDArray[np.bool_]:
        """Whether each pair is of one singer."""
        same: NDArray[np.bool_] = self.singer[self.first] == self.singer[self.second]
        return same


# From the folds of a seed, the singers' names and how often each counts, to an error rate; NaN where there is none
Error = Callable[[Sequence[FoldComparison], Names, NDArray[np.float64]], float]


def compare_performances(performances: Collection) -> FoldComparison:
    """Compute the distances and nearest neighbours of a fold's test performances."""
    singer, song = performances.singer, performances.song
    first, second = np.triu_indices(len(singer), 1)
    across = song[first] != song[second]
    first, second = first[across], second[across]
    same = singer[first] == singer[second]
    trials = Trials(first, second, same, np.zeros(len(first), bool), np.ones(len(first)))
    return FoldComparison(
        singer,
        first,
        second,
        pair_distances(performances.vectors, trials),
        found=outcomes(performances.vectors, singer, [1], excluded=song)[1],
        leaked=outcomes(performances.vectors, song, [1], excluded=singer)[1],
    )


def measure_folds(
    runs: Sequence[Sequence[FoldComparison]], draws: int, level: float, generator: np.random.Generator
) -> dict[str, Estimate]:
    """Estimate `MEASURES` over folds and seeds, with intervals over singers.

    Every singer is tested in one fold of every seed. In a draw of the bootstrap a same-singer pair counts as often as
    its singer is drawn, an impostor pair as often as the pair of its singers. Most draws leave only two or three of a
    fold's four singers, with fewer impostors and so fewer errors. Draws of an error rate are therefore centred on its
    value.

    Parameters
    ----------
    runs : sequence of sequence of FoldComparison
        A sequence of folds for each seed; estimates are means over the seeds.
    draws, level, generator
        See `Bootstrap.over`.
    """
    singers = np.concatenate([fold.singer for fold in runs[0]])
    names = np.unique(singers)
    bootstrap = Bootstrap.over(names, draws, level, generator)
    return {
        "eer": _estimate(bootstrap, names, runs, _error_by_fold),
        "eer_pooled": _estimate(bootstrap, names, runs, _error),
        "singer_cross_song": _share(names, bootstrap, [fold for run in runs for fold in run], "found"),
        "song": _share(names, bootstrap, [fold for run in runs for fold in run], "leaked"),
    }


def errors_by_seed(runs: Sequence[Sequence[FoldComparison]]) -> list[float]:
    """Compute the equal error rate within each fold, averaged over folds, for every seed."""
    names = np.unique(np.concatenate([fold.singer for fold in runs[0]]))
    return [_error_by_fold(run, names, np.ones(len(names))) for run in runs]


def _estimate(bootstrap: Bootstrap, names: Names, runs: Sequence[Sequence[FoldComparison]], error: Error) -> Estimate:
    def mean(counts: NDArray[np.float64]) -> float:
        return float(np.mean([error(run, names, counts) for run in runs]))

    value = mean(np.ones(len(names)))
    replicates = np.array([mean(counts) for counts in bootstrap.counts])
    return bootstrap.estimate(value, replicates + value - np.nanmean(replicates))


def _error_by_fold(run: Sequence[FoldComparison], names: Names, counts: NDArray[np.float64]) -> float:
    """Average over the folds in which a draw leaves pairs of both kinds."""
    errors = [_error([fold], names, counts) for fold in run]
    return float(np.nanmean(errors)) if not np.isnan(errors).all() else np.nan


def _error(folds: Sequence[FoldComparison], names: Names, counts: NDArray[np.float64]) -> float:
    weights = []
    for fold in folds:
        of_singer = counts[np.searchsorted(names, fold.singer)]
        weights.append(of_singer[fold.first] * np.where(fold.same, 1.0, of_singer[fold.second]))
    distance, same = (np.concatenate([getattr(fold, name) for fold in folds]) for name in ("distance", "same"))
    false_alarms, misses = ErrorCurve(-distance, same).rates(np.concatenate(weights))
    if np.isnan(false_alarms[-1]) or np.isnan(misses[-1]):
        return np.nan
    return equal_error_rate(false_alarms, misses)


def _share(names: Names, bootstrap: Bootstrap, folds: Sequence[FoldComparison], outcome: str) -> Estimate:
    singers = np.concatenate([fold.singer for fold in folds])
    right = np.concatenate([getattr(fold, outcome) for fold in folds]).astype(np.float64)
    rows = Bootstrap(np.searchsorted(names, singers), bootstrap.counts, bootstrap.level)
    return rows.mean(right)
