"""What vectors are worth on singers whom no model has heard: errors, neighbours, and differences, paired."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.accuracy import NeighbourSettings, bootstrap_over
from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.evaluation import MOST_TRIALS
from pipeline.analysis.neighbours import chance, outcomes
from pipeline.analysis.trial_errors import TrialErrors, error_difference, trial_errors
from pipeline.analysis.trials import Trials, draw_trials, pair_distances

MODEL = "model"
# Equal error rate over pairs of performances of different songs; the same over those of which one is loud, the other
# soft; the same over those of different melodies, where songs share some; share of performances whose nearest neighbour
# of another song has the same singer.
EER, LOUD_SOFT, MELODIES, NEIGHBOUR = "eer", "eer_loud_soft", "eer_melodies", "singer_cross_song"
LOUD, SOFT = "loud", "soft"
TRIALS_SEED, CHANCE_SEED = 45, 46

Tree = dict[str, Any]


def measure_vectors(
    vectors: Mapping[str, Collection], effort: Names, melody: Names, settings: NeighbourSettings, target_prior: float
) -> Tree:
    """Measure every kind of vectors on the same performances, and the model less each of the others.

    Parameters
    ----------
    vectors : mapping of str to Collection
        The same performances by each kind of vectors, `MODEL` among them.
    effort : ndarray of str, shape (n,)
        `LOUD`, `SOFT`, or anything else where that is not known, of each performance.
    melody : ndarray of str, shape (n,)
        Of each performance; empty where songs are not known to share any.
    settings : NeighbourSettings
    target_prior : float
        See `pipeline.analysis.trial_errors.trial_errors`.

    Returns
    -------
    dict
        ``vectors`` by kind and measure, ``model_less`` by other kind and measure, ``chance`` by measure, and
        ``pairs`` of each error rate. A measure for which there are no pairs of both kinds is absent throughout.
    """
    who = vectors[MODEL]
    bootstrap = bootstrap_over(who.singer, settings)
    asked = _pairs(who, effort, melody, settings.seed)
    errors = {name: _errors(its, asked, target_prior, bootstrap) for name, its in vectors.items()}
    right = {name: outcomes(its.vectors, who.singer, [1], who.song)[1] for name, its in vectors.items()}
    others = [name for name in vectors if name != MODEL]
    generator = np.random.default_rng([settings.seed, CHANCE_SEED])
    by_chance = chance(who.singer, [1], settings.chance_draws, generator, who.song)[1]
    return {
        "vectors": {name: _figures(errors[name], right[name], bootstrap) for name in vectors},
        "model_less": {
            name: {
                **{
                    of: error_difference(errors[MODEL][of], one, bootstrap).rounded()
                    for of, one in errors[name].items()
                },
                NEIGHBOUR: bootstrap.mean(_as_numbers(right[MODEL]) - _as_numbers(right[name])).rounded(),
            }
            for name in others
        },
        "chance": dict.fromkeys(errors[MODEL], 0.5) | {NEIGHBOUR: round(by_chance, 4)},
        "pairs": {of: {"targets": one.targets, "nontargets": one.nontargets} for of, one in errors[MODEL].items()},
    }


def _pairs(performances: Collection, effort: Names, melody: Names, seed: int) -> dict[str, Trials]:
    """Return the pairs behind each error rate: of different songs, all, and those that differ in effort or melody."""
    generator = np.random.default_rng([seed, TRIALS_SEED])
    drawn = draw_trials(performances.singer, performances.song, MOST_TRIALS, generator)
    across = drawn[~drawn.same_song]
    one, other = effort[across.first], effort[across.second]
    unlike = ((one == LOUD) & (other == SOFT)) | ((one == SOFT) & (other == LOUD))
    tune, other_tune = melody[across.first], melody[across.second]
    held_out = (tune != other_tune) & (tune != "") & (other_tune != "")
    return {EER: across, LOUD_SOFT: across[unlike], MELODIES: across[held_out]}


def _errors(
    performances: Collection, asked: Mapping[str, Trials], target_prior: float, bootstrap: Bootstrap
) -> dict[str, TrialErrors]:
    found = {
        of: trial_errors(pair_distances(performances.vectors, trials), trials, target_prior, bootstrap)
        for of, trials in asked.items()
    }
    return {of: one for of, one in found.items() if one is not None}


def _figures(errors: Mapping[str, TrialErrors], right: NDArray[np.bool_], bootstrap: Bootstrap) -> Tree:
    return {of: one.eer.rounded() for of, one in errors.items()} | {NEIGHBOUR: bootstrap.mean(right).rounded()}


def _as_numbers(right: NDArray[np.bool_]) -> NDArray[np.float64]:
    return right.astype(np.float64)
