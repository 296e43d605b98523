"""Say how sure the figures are, how well singers are verified and retrieved, and how soon they are known.

Reads data/embeddings and data/baseline; writes metrics/statistics.json, metrics/plots/statistics.png and
data/outcomes/outcomes.csv (whether each performance was classified rightly: what `make compare` compares).
Intervals are a bootstrap over singers. What the corpus does not allow to compute is left out, with the reason. Of
several corpora, pairs to verify are within one, and `corpora` says what each scores by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.classification import Right, Task, accuracies, classify, disentanglement, gains, tabulate, tasks
from pipeline.analysis.collection import Collection
from pipeline.analysis.duration import accuracies_heard, why_not_heard
from pipeline.analysis.neighbours import ceiling, chance, why_unanswerable
from pipeline.analysis.retrieval import Retrieval, random_retrieval, retrieve
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.analysis.verification import CONDITIONS, verify
from pipeline.corpora.names import corpus_of, rows_by_corpus
from pipeline.figures.statistics import draw_statistics
from pipeline.knn import CHANCE_SEED, SINGERS_SEED
from pipeline.params import load_params
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.stage import BASELINE, EMBEDDINGS, METRICS, OUTCOMES, PLOTS, fresh_folder, run

TRIALS_SEED = 8
MOST_TRIALS = 2**18
"""Of one kind: with more than about 700 performances, pairs are sampled."""

Tree = dict[str, Any]
Collections = dict[str, Collection]


@dataclass(frozen=True)
class Settings:
    """Numbers of neighbours, of draws and of frames, and the root of all draws; `lengths` gives seconds in frames."""

    ks: Sequence[int]
    chance_draws: int
    draws: int
    level: float
    target_prior: float
    clip_frames: int
    lengths: dict[float, float]
    seed: int


@dataclass(frozen=True)
class Measured:
    """Figures, the outcomes behind the accuracies, and what was sampled or left out."""

    tree: Tree
    right: Right
    remarks: list[str]


def main() -> str:
    """Measure, and write figures and metrics."""
    params = load_params()
    clips, performances = _load("clips.npz"), _load("performances.npz")
    second = params.resample.rate / params.frames.hop
    settings = Settings(
        ks=sorted({1, *params.knn.neighbours}),
        chance_draws=params.knn.chance_draws,
        draws=params.statistics.draws,
        level=params.statistics.level,
        target_prior=params.statistics.target_prior,
        clip_frames=params.clips.frames,
        lengths={seconds: seconds * second for seconds in params.statistics.seconds},
        seed=params.seed,
    )
    measured = measure(clips, performances, settings)
    who = performances["embedding"]
    alone = {
        corpus: measure(
            _select(clips, corpus_of(clips["embedding"].singer) == corpus), _select(performances, rows), settings
        )
        for corpus, rows in rows_by_corpus(who.singer).items()
    }
    fresh_folder(OUTCOMES)
    tabulate(measured.right, who).to_csv(OUTCOMES / "outcomes.csv", index=False)
    _write(measured.tree, {corpus: its.tree for corpus, its in alone.items()})
    return "; ".join([_say(measured), *(f"{corpus} alone: {_say(its)}" for corpus, its in alone.items())])


def measure(clips: Collections, performances: Collections, settings: Settings) -> Measured:
    """Measure these performances, and the clips of which they are made, against one another."""
    who = performances["embedding"]
    reasons = {task.name: why_unanswerable(task.labels, task.excluded) for task in tasks(who)}
    questions = [task for task in tasks(who) if not reasons[task.name]]
    expected = {}
    for number, task in enumerate(questions):
        generator = np.random.default_rng([settings.seed, CHANCE_SEED, number])
        expected[task.name] = chance(task.labels, settings.ks, settings.chance_draws, generator, task.excluded)
    generator = np.random.default_rng([settings.seed, SINGERS_SEED])
    bootstrap = Bootstrap.over(who.singer, settings.draws, settings.level, generator)
    right = classify(performances, questions, settings.ks)
    tree: Tree = {
        "accuracy": accuracies(right, bootstrap),
        "gain": gains(right, bootstrap),
        "chance": expected,
        "ceiling": {task.name: ceiling(task.labels, settings.ks, task.excluded) for task in questions},
        "disentanglement": disentanglement(right, expected, bootstrap),
        "retrieval": _retrieve(performances, questions, bootstrap),
    }
    generator = np.random.default_rng([settings.seed, TRIALS_SEED])
    trials = draw_trials(who.singer, who.song, MOST_TRIALS, generator, within=corpus_of(who.singer))
    tree |= _verify(performances, trials, bootstrap, settings.target_prior)
    tree["seconds"], unheard = _hear(clips, settings.clip_frames, settings.lengths, questions, bootstrap)
    remarks = [] if trials.complete else [f"at most {MOST_TRIALS} pairs of a kind sampled"]
    remarks += [f"{name} left out: {reason}" for name, reason in reasons.items() if reason] + unheard
    remarks += [f"verification {name} left out: no such pairs" for name in CONDITIONS if name not in tree["trials"]]
    if len(set(who.singer)) < 2:
        remarks.append("intervals left out: only one singer")
    return Measured(tree, right, remarks)


def _load(file: str) -> Collections:
    embedding, baseline = (Collection.load(folder / file) for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    return {"embedding": embedding, "baseline": baseline}


def _select(collections: Collections, rows: NDArray[np.bool_]) -> Collections:
    return {name: its[rows] for name, its in collections.items()}


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


def _write(tree: Tree, alone: dict[str, Tree]) -> None:
    metrics = _rounded(tree | ({"corpora": alone} if alone else {}))
    PLOTS.mkdir(parents=True, exist_ok=True)
    write_json(METRICS / "statistics.json", metrics)
    draw_statistics(metrics, PLOTS / "statistics.png")


def _rounded(tree: Any) -> Any:
    if isinstance(tree, Estimate):
        return tree.rounded()
    if isinstance(tree, dict):
        return {f"k{key:02d}" if isinstance(key, int) else key: _rounded(branch) for key, branch in tree.items()}
    return tree if isinstance(tree, int) else rounded(float(tree))


def _say(measured: Measured) -> str:
    tree = measured.tree
    headlines: dict[str, dict[str, Estimate]] = {
        "singer k01": {name: its["singer"][1] for name, its in tree["accuracy"].items() if "singer" in its},
        "disentanglement": tree["disentanglement"],
        "EER": {name: its["all"]["eer"] for name, its in tree["verification"].items() if "all" in its},
    }
    said = [
        f"{what}: "
        + ", ".join(f"{name} {one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for name, one in its.items())
        for what, its in headlines.items()
        if its
    ]
    return "; ".join([*said, *measured.remarks])


if __name__ == "__main__":
    run(main, __doc__)
