"""The mean normalised rank on parts of the same trials; of many targets, some are drawn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.normalised_rank import normalised_ranks
from singing_style.evaluation.trial_set import Mask, TrialSet

# Targets of a part to rank at most, and values of vectors to compare in doing so.
MOST_RANKED, MOST_VALUES = 2**12, 2**34

Ranked = tuple[Estimate, NDArray[np.float64]]


def rank_targets(
    vectors: NDArray[np.float64], found: TrialSet, parts: Sequence[Mask], bootstrap: Bootstrap, seed: int
) -> list[Ranked | None]:
    """Rank the second recording of each target among all by other singers; of all pairs, also the first.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, d)
    found : TrialSet
    parts : sequence of ndarray of bool, shape (m,)
        Of the trials. As far as they can, they share the targets that are drawn.
    bootstrap : Bootstrap
        Over the singers of the recordings.
    seed : int
        Of the targets drawn.

    Returns
    -------
    list of (Estimate, ndarray of float64, shape (draws,)) or None
        The mean rank, and that in each draw of singers; None for a part without targets.
    """
    trials = found.trials
    row = np.flatnonzero(trials.same_singer)
    query, answer = trials.first[row], trials.second[row]
    if not found.listed:
        query, answer, row = np.concatenate([query, answer]), np.concatenate([answer, query]), np.tile(row, 2)
    # those with the least keys are a sample in which each counts as often as it weighs (Efraimidis and Spirakis 2006)
    keys = np.random.default_rng(seed).exponential(size=len(row)) / trials.weight[row]
    most = min(MOST_RANKED, max(1, MOST_VALUES // vectors.size))
    chosen = [_least(keys, np.flatnonzero(part[row]), most) for part in parts]
    drawn = np.unique(np.concatenate(chosen))
    ranks = normalised_ranks(vectors, query[drawn], answer[drawn], bootstrap.codes)
    return [
        _estimate(ranks[np.searchsorted(drawn, some)], query[some], bootstrap) if len(some) else None for some in chosen
    ]


def _least(keys: NDArray[np.float64], places: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    return places if len(places) <= most else places[np.argpartition(keys[places], most)[:most]]


def _estimate(ranks: NDArray[np.float64], query: NDArray[np.intp], bootstrap: Bootstrap) -> Ranked:
    over_queries = Bootstrap(bootstrap.codes[query], bootstrap.counts, bootstrap.level)
    return over_queries.mean(ranks), over_queries.means(ranks)
