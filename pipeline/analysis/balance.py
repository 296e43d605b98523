"""Weights of verification trials by which every singer counts alike, and both answers do."""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Labels, encode
from pipeline.analysis.trials import Trials


def across_songs(trials: Trials) -> Trials:
    """Take the trials of two different songs, in which the song cannot tell the singer."""
    chosen = ~trials.same_song
    return Trials(
        trials.first[chosen],
        trials.second[chosen],
        trials.same_singer[chosen],
        trials.same_song[chosen],
        trials.weight[chosen],
    )


def balanced_weights(trials: Trials, singer: Labels) -> NDArray[np.float64]:
    """Weigh the trials so that targets sum to a half and nontargets do.

    Among targets every singer weighs the same, however many performances there are of each; among nontargets every
    pair of singers does.

    Parameters
    ----------
    trials : Trials
    singer : ndarray, shape (n,)
        Of each performance.

    Returns
    -------
    ndarray of float64, shape (m,)
        Where there are no targets, or no nontargets, the others alone sum to a half.
    """
    codes = encode(singer)
    lower, upper = (
        np.minimum(codes[trials.first], codes[trials.second]),
        np.maximum(codes[trials.first], codes[trials.second]),
    )
    _, pair, count = np.unique(lower * (codes.max(initial=0) + 1) + upper, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = 1 / count[pair]
    for kind in (True, False):
        chosen = trials.same_singer == kind
        if chosen.any():
            weights[chosen] *= 0.5 / weights[chosen].sum()
    return weights
