"""Say how sure the figures are, how well singers are verified and retrieved, and how soon they are known.

Reads data/embeddings and data/baseline; writes metrics/statistics.json, metrics/plots/statistics.png and
data/outcomes/outcomes.csv (whether each performance was classified rightly: what `make compare` compares).
Intervals are a bootstrap over singers. What the corpus does not allow to compute is left out, with the reason.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.ceiling import ceiling
from pipeline.analysis.classification import accuracies, classify, disentanglement, gains, tabulate
from pipeline.analysis.collection import Collection
from pipeline.analysis.duration import accuracies_heard, why_not_heard
from pipeline.analysis.neighbours import chance, why_unanswerable
from pipeline.analysis.retrieval import Retrieval, random_retrieval, retrieve
from pipeline.analysis.tasks import Task, tasks
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.analysis.verification import CONDITIONS, verify
from pipeline.figures.statistics import draw_statistics
from pipeline.knn import CHANCE_SEED, SINGERS_SEED
from pipeline.params import load_params
from pipeline.stage import BASELINE, EMBEDDINGS, METRICS, OUTCOMES, PLOTS, fresh_folder, run

TRIALS_SEED = 8
MOST_TRIALS = 2**18
"""Of one kind: with more than about 700 performances, pairs are sampled."""

Tree = dict[str, Any]
Collections = dict[str, Collection]


def main() -> str:
    """Measure, and write figures and metrics."""
    params = load_params()
    clips, performances = _load("clips.npz"), _load("performances.npz")
    who = performances["embedding"]
    reasons = {task.name: why_unanswerable(task.labels, task.barred) for task in tasks(who)}
    questions = [task for task in tasks(who) if not reasons[task.name]]
    left_out = [f"{name} left out: {reason}" for name, reason in reasons.items() if reason]
    ks = sorted({1, *params.knn.neighbours})
    expected = {}
    for number, task in enumerate(questions):
        generator = np.random.default_rng([params.seed, CHANCE_SEED, number])
        expected[task.name] = chance(task.labels, ks, params.knn.chance_draws, generator, task.barred)
    generator = np.random.default_rng([params.seed, SINGERS_SEED])
    bootstrap = Bootstrap.over(who.singer, params.statistics.draws, params.statistics.level, generator)
    right = classify(performances, questions, ks)
    tree: Tree = {
        "accuracy": accuracies(right, bootstrap),
        "gain": gains(right, bootstrap),
        "chance": expected,
        "ceiling": {task.name: ceiling(task.labels, ks, task.barred) for task in questions},
        "disentanglement": disentanglement(right, expected, bootstrap),
        "retrieval": _retrieve(performances, questions, bootstrap),
    }
    trials = draw_trials(who.singer, who.song, MOST_TRIALS, np.random.default_rng([params.seed, TRIALS_SEED]))
    tree |= _verify(performances, trials, bootstrap, params.statistics.target_prior)
    second = params.resample.rate / params.frames.hop
    lengths = {seconds: seconds * second for seconds in params.statistics.seconds}
    tree["seconds"], unheard = _hear(clips, params.clips.frames, lengths, questions, bootstrap)
    fresh_folder(OUTCOMES)
    tabulate(right, who).to_csv(OUTCOMES / "outcomes.csv", index=False)
    _write(tree)
    left_out += unheard
    left_out += [f"verification {name} left out: no such pairs" for name in CONDITIONS if name not in tree["trials"]]
    if len(set(who.singer)) < 2:
        left_out.append("intervals left out: only one singer")
    sampled = [] if trials.complete else [f"at most {MOST_TRIALS} pairs of a kind sampled"]
    return "; ".join([*_say(tree), *sampled, *left_out])


def _load(file: str) -> Collections:
    embedding, baseline = (Collection.load(folder / file) for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    return {"embedding": embedding, "baseline": baseline}


def _retrieve(performances: Collections, questions: Sequence[Task], bootstrap: Bootstrap) -> Tree:
    asked = [task for task in questions if task.name != "song"]
    expected = {task.name: random_retrieval(task.labels, task.barred) for task in asked}
    found: Tree = {
        name: {task.name: _estimate(retrieve(its.vectors, task.labels, task.barred), bootstrap) for task in asked}
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
    return {
        "verification": {
            name: {condition: {"eer": one.eer, "min_dcf": one.min_dcf} for condition, one in by_condition.items()}
            for name, by_condition in found.items()
        },
        "trials": {
            condition: {"targets": one.targets, "nontargets": one.nontargets}
            for condition, one in found["embedding"].items()
        },
    }


def _hear(
    clips: Collections, clip_frames: int, lengths: dict[float, float], questions: Sequence[Task], bootstrap: Bootstrap
) -> tuple[Tree, list[str]]:
    """Give the accuracies after each of the seconds that `lengths` gives in frames, and why some are left out."""
    tree: Tree = {name: {} for name in clips}
    reasons = {seconds: why_not_heard(clips["embedding"], clip_frames, frames) for seconds, frames in lengths.items()}
    for seconds, frames in lengths.items():
        if reasons[seconds] is None:
            for name, its in clips.items():
                key = f"s{seconds:05.1f}".replace(".", "_")
                tree[name][key] = accuracies_heard(its, clip_frames, frames, questions, bootstrap)
    return tree, [f"{seconds:g} s left out: {reason}" for seconds, reason in reasons.items() if reason]


def _write(tree: Tree) -> None:
    metrics = _rounded(tree)
    PLOTS.mkdir(parents=True, exist_ok=True)
    (METRICS / "statistics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    draw_statistics(metrics, PLOTS / "statistics.png")


def _rounded(tree: Any) -> Any:
    if isinstance(tree, Estimate):
        return tree.rounded()
    if isinstance(tree, dict):
        return {f"k{key:02d}" if isinstance(key, int) else key: _rounded(branch) for key, branch in tree.items()}
    return tree if isinstance(tree, int) else round(float(tree), 4)


def _say(tree: Tree) -> list[str]:
    headlines: dict[str, dict[str, Estimate]] = {
        "singer k01": {name: its["singer"][1] for name, its in tree["accuracy"].items() if "singer" in its},
        "disentanglement": tree["disentanglement"],
        "EER": {name: its["all"]["eer"] for name, its in tree["verification"].items() if "all" in its},
    }
    return [
        f"{what}: "
        + ", ".join(f"{name} {one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for name, one in its.items())
        for what, its in headlines.items()
        if its
    ]


if __name__ == "__main__":
    run(main, __doc__)
