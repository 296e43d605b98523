"""Accuracies of nearest neighbours, with intervals over singers, beside what chance would score (paper 4, figure 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.classification import Task, accuracies, classify, tasks
from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.neighbours import chance, why_unanswerable
from pipeline.runtime.metrics import rounded

CHANCE_SEED, SINGERS_SEED = 13, 7

Table = dict[str, dict[str, dict[int, Estimate]]]


@dataclass(frozen=True)
class NeighbourSettings:
    """Numbers of neighbours, random orders for chance, draws and level of the bootstrap, and the root of all draws."""

    ks: Sequence[int]
    chance_draws: int
    draws: int
    level: float
    seed: int


@dataclass(frozen=True)
class Questions:
    """What can be asked of a set of performances, and why other questions cannot.

    Attributes
    ----------
    tasks : list of Task
    left_out : list of str
        A line for each question without an answer.
    """

    tasks: list[Task]
    left_out: list[str]

    @classmethod
    def of(cls, performances: Collection) -> "Questions":
        """Part the questions into those that the performances can answer and the others."""
        reasons = {task.name: why_unanswerable(task.labels, task.excluded) for task in tasks(performances)}
        return cls(
            [task for task in tasks(performances) if not reasons[task.name]],
            [f"{name} left out: {why}" for name, why in reasons.items() if why],
        )

    def chance(self, settings: NeighbourSettings) -> dict[str, dict[int, float]]:
        """Compute what vectors that know nothing would score: by task and k."""
        expected = {}
        for number, task in enumerate(self.tasks):
            generator = np.random.default_rng([settings.seed, CHANCE_SEED, number])
            expected[task.name] = chance(task.labels, settings.ks, settings.chance_draws, generator, task.excluded)
        return expected


def bootstrap_over(singers: Names, settings: NeighbourSettings) -> Bootstrap:
    """Draw singers as every interval of accuracies draws them."""
    generator = np.random.default_rng([settings.seed, SINGERS_SEED])
    return Bootstrap.over(singers, settings.draws, settings.level, generator)


@dataclass(frozen=True)
class Scores:
    """Accuracies, of how many performances, singers and songs, and why questions were left out."""

    table: Table
    counts: dict[str, int]
    left_out: list[str]

    def metrics(self) -> dict[str, Any]:
        """Return them as metrics/knn.json holds them."""
        shares: dict[str, Any] = {
            vectors: {
                task: {f"k{k:02d}": rounded(float(share.value)) for k, share in sorted(by_k.items())}
                for task, by_k in by_task.items()
            }
            for vectors, by_task in self.table.items()
        }
        return shares | self.counts


def score(performances: Mapping[str, Collection], settings: NeighbourSettings) -> Scores:
    """Classify performances by their nearest neighbours among themselves.

    Parameters
    ----------
    performances : mapping of str to Collection
        The same performances by each kind of vectors, `embedding` among them.
    settings : NeighbourSettings
    """
    who = performances["embedding"]
    questions = Questions.of(who)
    bootstrap = bootstrap_over(who.singer, settings)
    table: Table = accuracies(classify(performances, questions.tasks, settings.ks), bootstrap)
    table["chance"] = {
        task: {k: Estimate(share, np.nan, np.nan) for k, share in by_k.items()}
        for task, by_k in questions.chance(settings).items()
    }
    sizes = {f"{name}s": len(set(getattr(who, name))) for name in ("singer", "song")}
    return Scores(table, {"performances": len(who)} | sizes, questions.left_out)
