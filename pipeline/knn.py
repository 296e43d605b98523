"""Classify singers and songs by the nearest performances, in embedding and baseline (paper 4, figure 3).

Reads data/embeddings and data/baseline; writes metrics/knn.json (accuracies, and what chance would score),
metrics/plots/knn.csv and metrics/plots/knn.png, where the accuracies have confidence intervals over singers.
`singer_cross_song` bars neighbours of the same song. Of several corpora, `corpora` says what each scores by
itself, with neighbours from it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.classification import accuracies, classify, tasks
from pipeline.analysis.collection import Collection
from pipeline.analysis.neighbours import chance, why_unanswerable
from pipeline.corpora.names import rows_by_corpus
from pipeline.figures.knn import draw_knn
from pipeline.params import load_params
from pipeline.runtime.metrics import write_json
from pipeline.runtime.stage import BASELINE, EMBEDDINGS, METRICS, PLOTS, run

CHANCE_SEED, SINGERS_SEED = 4, 7

Table = dict[str, dict[str, dict[int, Estimate]]]


@dataclass(frozen=True)
class Settings:
    """Numbers of neighbours, random orders for chance, draws and level of the bootstrap, and the root of all draws."""

    ks: Sequence[int]
    chance_draws: int
    draws: int
    level: float
    seed: int


@dataclass(frozen=True)
class Scores:
    """Accuracies, of how many performances, singers and songs, and why questions were left out."""

    table: Table
    counts: dict[str, int]
    left_out: list[str]

    def metrics(self) -> dict[str, Any]:
        """Give them for the metrics."""
        shares: dict[str, Any] = {
            vectors: {
                task: {f"k{k:02d}": round(share.value, 4) for k, share in sorted(by_k.items())}
                for task, by_k in by_task.items()
            }
            for vectors, by_task in self.table.items()
        }
        return shares | self.counts


def main() -> str:
    """Classify, and write figures and metrics."""
    params = load_params()
    embedding, baseline = (Collection.load(folder / "performances.npz") for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    settings = Settings(
        ks=params.knn.neighbours,
        chance_draws=params.knn.chance_draws,
        draws=params.statistics.draws,
        level=params.statistics.level,
        seed=params.seed,
    )
    scores = score(embedding, baseline, settings)
    alone = {
        corpus: score(embedding[rows], baseline[rows], settings)
        for corpus, rows in rows_by_corpus(embedding.singer).items()
    }
    _write(scores, alone, settings.level)
    return "; ".join([_say(scores), *(f"{corpus} alone: {_say(its)}" for corpus, its in alone.items())])


def score(embedding: Collection, baseline: Collection, settings: Settings) -> Scores:
    """Classify these performances by their nearest neighbours among them."""
    reasons = {task.name: why_unanswerable(task.labels, task.excluded) for task in tasks(embedding)}
    questions = [task for task in tasks(embedding) if not reasons[task.name]]
    generator = np.random.default_rng([settings.seed, SINGERS_SEED])
    bootstrap = Bootstrap.over(embedding.singer, settings.draws, settings.level, generator)
    both = {"embedding": embedding, "baseline": baseline}
    table: Table = accuracies(classify(both, questions, settings.ks), bootstrap)
    table["chance"] = {}
    for number, task in enumerate(questions):
        generator = np.random.default_rng([settings.seed, CHANCE_SEED, number])
        expected = chance(task.labels, settings.ks, settings.chance_draws, generator, task.excluded)
        table["chance"][task.name] = {k: Estimate(share, np.nan, np.nan) for k, share in expected.items()}
    sizes = {f"{name}s": len(set(getattr(embedding, name))) for name in ("singer", "song")}
    left_out = [f"{name} left out: {why}" for name, why in reasons.items() if why]
    return Scores(table, {"performances": len(embedding)} | sizes, left_out)


def _write(scores: Scores, alone: dict[str, Scores], level: float) -> None:
    PLOTS.mkdir(parents=True, exist_ok=True)
    metrics = scores.metrics()
    if alone:
        metrics["corpora"] = {corpus: its.metrics() for corpus, its in alone.items()}
    write_json(METRICS / "knn.json", metrics)
    rows = [
        (task, vectors, k, *share)
        for vectors, by_task in scores.table.items()
        for task, by_k in by_task.items()
        for k, share in sorted(by_k.items())
    ]
    plotted = pd.DataFrame(rows, columns=["label", "vectors", "k", "accuracy", "low", "high"]).round(4)
    plotted.to_csv(PLOTS / "knn.csv", index=False)
    draw_knn(plotted, f"{_say_counts(scores)}; whiskers: {100 * level:g} % over singers", PLOTS / "knn.png")


def _say(scores: Scores) -> str:
    return "; ".join([_say_counts(scores), *_say_nearest(scores.table), *scores.left_out])


def _say_counts(scores: Scores) -> str:
    return ", ".join(f"{count} {name}" for name, count in scores.counts.items())


def _say_nearest(table: Table) -> list[str]:
    said = []
    for task, by_k in table["embedding"].items():
        k = min(by_k)
        shares = ", ".join(f"{vectors} {table[vectors][task][k].value:.2f}" for vectors in table)
        said.append(f"{task} k{k:02d}: {shares}")
    return said


if __name__ == "__main__":
    run(main, __doc__)
