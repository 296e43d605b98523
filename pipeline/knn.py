"""Classify singers and songs by the nearest performances, in embedding and baseline (paper 4, figure 3).

Reads data/embeddings and data/baseline; writes metrics/knn.json (accuracies, and what chance would score),
metrics/plots/knn.csv and metrics/plots/knn.png, where the accuracies have confidence intervals over singers.
`singer_cross_song` bars neighbours of the same song.
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.classification import accuracies, classify
from pipeline.analysis.collection import Collection
from pipeline.analysis.neighbours import chance, why_unanswerable
from pipeline.analysis.tasks import tasks
from pipeline.figures.knn import draw_knn
from pipeline.params import load_params
from pipeline.stage import BASELINE, EMBEDDINGS, METRICS, PLOTS, run

CHANCE_SEED, SINGERS_SEED = 4, 7

Table = dict[str, dict[str, dict[int, Estimate]]]


def main() -> str:
    """Classify, and write figures and metrics."""
    params = load_params()
    embedding, baseline = (Collection.load(folder / "performances.npz") for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    ks = params.knn.neighbours
    reasons = {task.name: why_unanswerable(task.labels, task.barred) for task in tasks(embedding)}
    questions = [task for task in tasks(embedding) if not reasons[task.name]]
    generator = np.random.default_rng([params.seed, SINGERS_SEED])
    bootstrap = Bootstrap.over(embedding.singer, params.statistics.draws, params.statistics.level, generator)
    table: Table = accuracies(classify({"embedding": embedding, "baseline": baseline}, questions, ks), bootstrap)
    table["chance"] = {}
    for number, task in enumerate(questions):
        generator = np.random.default_rng([params.seed, CHANCE_SEED, number])
        expected = chance(task.labels, ks, params.knn.chance_draws, generator, task.barred)
        table["chance"][task.name] = {k: Estimate(share, np.nan, np.nan) for k, share in expected.items()}
    sizes = {f"{name}s": len(set(getattr(embedding, name))) for name in ("singer", "song")}
    counts = {"performances": len(embedding)} | sizes
    _write(table, counts, params.statistics.level)
    return "; ".join(
        [_say(counts), *_say_nearest(table), *(f"{n} left out: {why}" for n, why in reasons.items() if why)]
    )


def _write(table: Table, counts: dict[str, int], level: float) -> None:
    PLOTS.mkdir(parents=True, exist_ok=True)
    metrics: dict[str, Any] = {
        vectors: {
            task: {f"k{k:02d}": round(share.value, 4) for k, share in sorted(by_k.items())}
            for task, by_k in by_task.items()
        }
        for vectors, by_task in table.items()
    }
    (METRICS / "knn.json").write_text(json.dumps(metrics | counts, indent=2) + "\n")
    rows = [
        (task, vectors, k, *share)
        for vectors, by_task in table.items()
        for task, by_k in by_task.items()
        for k, share in sorted(by_k.items())
    ]
    plotted = pd.DataFrame(rows, columns=["label", "vectors", "k", "accuracy", "low", "high"]).round(4)
    plotted.to_csv(PLOTS / "knn.csv", index=False)
    draw_knn(plotted, f"{_say(counts)}; whiskers: {100 * level:g} % over singers", PLOTS / "knn.png")


def _say(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _say_nearest(table: Table) -> list[str]:
    said = []
    for task, by_k in table["embedding"].items():
        k = min(by_k)
        shares = ", ".join(f"{vectors} {table[vectors][task][k].value:.2f}" for vectors in table)
        said.append(f"{task} k{k:02d}: {shares}")
    return said


if __name__ == "__main__":
    run(main, __doc__)
