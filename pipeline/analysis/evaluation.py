"""All that is measured of vectors beside one another: accuracy, retrieval, verification, and seconds heard.

Every estimate has an interval over singers. What a collection does not allow to compute is left out, with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.analysis.accuracy import NeighbourSettings, Questions, bootstrap_over
from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.classification import Right, Task, accuracies, classify, disentanglement, gains
from pipeline.analysis.collection import Collection
from pipeline.analysis.conditions import CONDITIONS
from pipeline.analysis.duration import accuracies_heard, why_not_heard
from pipeline.analysis.neighbours import ceiling
from pipeline.analysis.retrieval import Retrieval, random_retrieval, retrieve
from pipeline.analysis.trial_errors import error_difference
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.analysis.verification import verify
from pipeline.corpora.names import corpus_of

TRIALS_SEED = 8
# Of one kind: with more than about 700 performances, pairs are sampled.
MOST_TRIALS = 2**18

Tree = dict[str, Any]
Collections = Mapping[str, Collection]


@dataclass(frozen=True)
class EvaluationSettings:
    """How accuracies are estimated, and what else there is to set.

    Attributes
    ----------
    neighbours : NeighbourSettings
    target_prior : float
        Share of pairs of one singer that the detection cost assumes.
    clip_frames : int
        Frames of a clip.
    lengths : dict of float to float
        Seconds heard, in frames.
    """

    neighbours: NeighbourSettings
    target_prior: float
    clip_frames: int
    lengths: dict[float, float]


@dataclass(frozen=True)
class VectorMeasures:
    """What was measured.

    Attributes
    ----------
    tree : dict
        Figures by measure, kind of vectors, and task or condition: estimates, and plain numbers for chance.
    right : Right
        The outcomes behind the accuracies.
    remarks : list of str
        What was sampled or left out.
    """

    tree: Tree
    right: Right
    remarks: list[str]


def measure_collections(clips: Collections, performances: Collections, settings: EvaluationSettings) -> VectorMeasures:
    """Measure performances, and the clips of which they are made, against one another.

    Parameters
    ----------
    clips, performances : mapping of str to Collection
        The same clips and performances by each kind of vectors, `embedding` and `baseline` among them; the clips by
        these two alone suffice.
    settings : EvaluationSettings
    """
    who, neighbours = performances[EMBEDDING], settings.neighbours
    questions = Questions.of(who)
    expected = questions.chance(neighbours)
    bootstrap = bootstrap_over(who.singer, neighbours)
    right = classify(performances, questions.tasks, neighbours.ks)
    tree: Tree = {
        "accuracy": accuracies(right, bootstrap),
        "gain": gains(right, bootstrap),
        "gain_over": {name: gains(right, bootstrap, over=name) for name in performances if name != EMBEDDING},
        "chance": expected,
        "ceiling": {task.name: ceiling(task.labels, neighbours.ks, task.excluded) for task in questions.tasks},
        "disentanglement": disentanglement(right, expected, bootstrap),
        "retrieval": _retrieve(performances, questions.tasks, bootstrap),
    }
    generator = np.random.default_rng([neighbours.seed, TRIALS_SEED])
    trials = draw_trials(who.singer, who.song, MOST_TRIALS, generator, within=corpus_of(who.singer))
    tree |= _verify(performances, trials, bootstrap, settings.target_prior)
    tree["seconds"], unheard = _hear(clips, settings, questions.tasks, bootstrap)
    remarks = [] if trials.complete else [f"at most {MOST_TRIALS} pairs of a kind sampled"]
    remarks += questions.left_out + unheard
    remarks += [f"verification {name} left out: no such pairs" for name in CONDITIONS if name not in tree["trials"]]
    if len(set(who.singer)) < 2:
        remarks.append("intervals left out: only one singer")
    return VectorMeasures(tree, right, remarks)


def not_beaten(found: VectorMeasures) -> list[str]:
    """Name the baselines that the embedding does not beat at finding the singer in other songs, with the difference.

    A training that learned nothing shows here: the untrained network is among the baselines.
    """
    task = "singer_cross_song"
    gains_over = {name: its[task][1] for name, its in found.tree["gain_over"].items() if task in its}
    return [
        f"no better than {BASELINES[name]} at finding the singer in other songs "
        f"({gain.value:+.2f}, {gain.low:+.2f} to {gain.high:+.2f})"
        for name, gain in gains_over.items()
        if not gain.low > 0
    ]


def _retrieve(performances: Collections, questions: Sequence[Task], bootstrap: Bootstrap) -> Tree:
    asked = [task for task in questions if task.name != "song"]
    expected = {task.name: random_retrieval(task.labels, task.excluded) for task in asked}
    found: Tree = {
        name: {task.name: _estimate(retrieve(its.vectors, task.labels, task.excluded), bootstrap) for task in asked}
        for name, its in performances.items()
    }
    found["chance"] = {
        task: {"map": np.nanmean(its.average_precision), "first_rank": np.nanmean(its.first_rank)}
        for task, its in expected.items()
    }
    return found


def _estimate(retrieval: Retrieval, bootstrap: Bootstrap) -> Tree:
    return {
        "map": bootstrap.mean(retrieval.average_precision),
        "first_rank": bootstrap.mean(retrieval.first_rank),
        "first_rank_median": np.nanmedian(retrieval.first_rank),
    }


def _verify(performances: Collections, trials: Trials, bootstrap: Bootstrap, target_prior: float) -> Tree:
    found = {
        name: verify(pair_distances(its.vectors, trials), trials, bootstrap, target_prior)
        for name, its in performances.items()
    }
    ours = found[EMBEDDING]
    return {
        "eer_less": {
            name: {condition: error_difference(ours[condition], one, bootstrap) for condition, one in its.items()}
            for name, its in found.items()
            if name != EMBEDDING
        },
        "verification": {
            name: {condition: {"eer": one.eer, "min_dcf": one.min_dcf} for condition, one in by_condition.items()}
            for name, by_condition in found.items()
        },
        "trials": {
            condition: {"targets": one.targets, "nontargets": one.nontargets} for condition, one in ours.items()
        },
    }


def _hear(
    clips: Collections, settings: EvaluationSettings, questions: Sequence[Task], bootstrap: Bootstrap
) -> tuple[Tree, list[str]]:
    """Estimate the accuracies after each of the seconds asked for, and report why some are left out."""
    tree: Tree = {name: {} for name in clips}
    left_out = []
    for seconds, frames in settings.lengths.items():
        reason = why_not_heard(clips[EMBEDDING], settings.clip_frames, frames)
        if reason is not None:
            left_out.append(f"{seconds:g} s left out: {reason}")
            continue
        key = f"s{seconds:05.1f}".replace(".", "_")
        for name, its in clips.items():
            tree[name][key] = accuracies_heard(its, settings.clip_frames, frames, questions, bootstrap)
    return tree, left_out
