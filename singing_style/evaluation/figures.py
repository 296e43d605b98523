"""The figures of one set of vectors on some trials: error rates and rank, with intervals over singers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.conditions import CONDITIONS
from pipeline.analysis.trial_errors import TrialErrors, trial_errors
from singing_style.evaluation.ranking import rank_targets
from singing_style.evaluation.trial_set import Mask, TrialSet

TARGET_PRIOR = 0.01
LEVEL = 0.95
ALL, STRICT, SAME_SEX = "all", "strict", "strict, same sex"
# The conditions of a speaker's verification in words; the strict trials are across songs already.
SONGS = {
    "hardest": "targets across songs, impostors within",
    "within_song": "all within a song",
    "easiest": "targets within a song, impostors across",
}
CLASSES = {
    (True, True): "same singer, same song",
    (True, False): "same singer, other song",
    (False, True): "other singer, same song",
    (False, False): "other singer, other song",
}


@dataclass(frozen=True)
class Figures:
    """What was measured on some trials.

    Attributes
    ----------
    errors : TrialErrors
    rank : Estimate or None
        Mean normalised rank, 0 to 1; None where singers are unknown, or where it was not asked for.
    rank_draws : ndarray of float64, shape (draws,)
    """

    errors: TrialErrors
    rank: Estimate | None
    rank_draws: NDArray[np.float64]

    def measures(self) -> dict[str, tuple[Estimate, NDArray[np.float64]]]:
        """Return each figure with its draws."""
        found = {
            "eer": (self.errors.eer, self.errors.eer_draws),
            "min_dcf": (self.errors.min_dcf, self.errors.min_dcf_draws),
        }
        return found | ({"mean_normalised_rank": (self.rank, self.rank_draws)} if self.rank else {})


def subsets(found: TrialSet) -> dict[str, Mask]:
    """Part the trials: all as they are listed, the strict ones, and those by sex and by song where these are known.

    Strict trials pair no file with itself or with its copy, no two segments of one recording and no two recordings of
    one song, and hold each pair once.
    """
    once = ~found.same_file & ~found.repeated & ~found.same("recording")
    strict = once & ~found.trials.same_song
    parts = {ALL: np.ones(len(found.trials), bool), STRICT: strict}
    if any(label.sex for label in found.labels):
        parts[SAME_SEX] = strict & found.same("sex")
    if found.songs is not None:
        for name, words in SONGS.items():
            of_targets, of_others = map(bool, CONDITIONS[name])
            wanted = np.where(found.trials.same_singer, of_targets, of_others)
            parts[words] = once & (wanted == found.trials.same_song)
    return parts


def parts_shown(by_part: Mapping[str, Figures]) -> list[str]:
    """List the parts of the trials; all of them are none of their own where every one is strict."""
    sizes = {name: (its.errors.targets, its.errors.nontargets) for name, its in by_part.items()}
    return [name for name in by_part if name != ALL or sizes[ALL] != sizes.get(STRICT)]


def over_singers(found: TrialSet, draws: int, seed: int) -> Bootstrap | None:
    """Draw singers; None where they are unknown, or where there is only one."""
    singers = found.singers
    if singers is None or len(set(singers)) < 2:
        return None
    return Bootstrap.over(singers, draws, LEVEL, np.random.default_rng(seed))


def measure_trials(
    vectors: NDArray[np.float64],
    distances: NDArray[np.float64],
    found: TrialSet,
    parts: Mapping[str, Mask],
    bootstrap: Bootstrap | None,
    seed: int,
) -> dict[str, Figures]:
    """Measure vectors on each part of the trials that holds both kinds.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, d)
        Of the recordings; their Euclidean distance is what counts.
    distances : ndarray of float64, shape (m,)
        Of each trial.
    found : TrialSet
    parts : mapping of str to ndarray of bool, shape (m,)
        From `subsets`.
    bootstrap : Bootstrap or None
        From `over_singers`.
    seed : int
        Of the targets that are ranked, where these are many; see `singing_style.evaluation.ranking`.
    """
    ranked = (ALL, STRICT) if bootstrap else ()
    ranks = rank_targets(vectors, found, [parts[name] for name in ranked], bootstrap, seed) if bootstrap else []
    by_part = dict(zip(ranked, ranks, strict=True))
    figures = {}
    for name, part in parts.items():
        trials = found.trials[part]
        errors = trial_errors(distances[part], trials, TARGET_PRIOR, bootstrap)
        if errors is None:
            continue
        figures[name] = Figures(errors, *(by_part.get(name) or (None, np.empty(0))))
    return figures


def classes(distances: NDArray[np.float64], found: TrialSet) -> dict[str, tuple[int, float]]:
    """Count the pairs of each class of singer and song, each once, and take the median of their distances.

    Where songs are not all known, only by singer.
    """
    once = ~found.same_file & ~found.repeated & ~found.same("recording")
    trials = found.trials
    kinds = {words: (trials.same_singer == who) & (trials.same_song == what) for (who, what), words in CLASSES.items()}
    if found.songs is None:
        kinds = {"same singer": trials.same_singer, "other singer": ~trials.same_singer}
    chosen = {words: kind & once for words, kind in kinds.items()}
    return {
        words: (round(float(trials.weight[kind].sum())), float(np.median(distances[kind])))
        for words, kind in chosen.items()
        if kind.any()
    }
