"""Classify singers and songs by the nearest performances, in embedding and baseline (paper 4, figure 3).

Reads data/embeddings and data/baseline; writes metrics/knn.json (accuracies, and what chance would score),
metrics/plots/knn.csv and metrics/plots/knn.png. `singer_cross_song` bars neighbours of the same song.
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.neighbours import accuracies, chance, why_unanswerable
from pipeline.figures.knn import draw_knn
from pipeline.params import load_params
from pipeline.stage import BASELINE, EMBEDDINGS, METRICS, PLOTS, run

CHANCE_SEED = 4

Table = dict[str, dict[str, dict[str, float]]]


def main() -> str:
    """Classify, and write figures and metrics."""
    params = load_params()
    embedding, baseline = (Collection.load(folder / "performances.npz") for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    size = {name: len(set(getattr(embedding, name))) for name in ("singer", "song")}
    table: Table = {"embedding": {}, "baseline": {}, "chance": {}}
    unanswerable = []
    for number, (task, labels, barred) in enumerate(_tasks(embedding)):
        reason = why_unanswerable(labels, barred)
        if reason:
            unanswerable.append(f"{task} left out: {reason}")
            continue
        generator = np.random.default_rng([params.seed, CHANCE_SEED, number])
        ks, draws = params.knn.neighbours, params.knn.chance_draws
        table["embedding"][task] = _keyed(accuracies(embedding.vectors, labels, ks, barred))
        table["baseline"][task] = _keyed(accuracies(baseline.vectors, labels, ks, barred))
        table["chance"][task] = _keyed(chance(labels, ks, draws, generator, barred))
    counts = {"performances": len(embedding), "singers": size["singer"], "songs": size["song"]}
    _write(table, counts)
    return "; ".join([_say(counts), *_say_nearest(table), *unanswerable])


def _tasks(performances: Collection) -> list[tuple[str, Names, Names | None]]:
    return [
        ("singer", performances.singer, None),
        ("singer_cross_song", performances.singer, performances.song),
        ("song", performances.song, None),
    ]


def _keyed(shares: dict[int, float]) -> dict[str, float]:
    return {f"k{k:02d}": round(share, 4) for k, share in sorted(shares.items())}


def _write(table: Table, counts: dict[str, int]) -> None:
    PLOTS.mkdir(parents=True, exist_ok=True)
    metrics: dict[str, Any] = table | counts
    (METRICS / "knn.json").write_text(json.dumps(metrics, indent=2) + "\n")
    rows = [
        (task, vectors, int(k[1:]), accuracy)
        for vectors, tasks in table.items()
        for task, by_k in tasks.items()
        for k, accuracy in by_k.items()
    ]
    plotted = pd.DataFrame(rows, columns=["label", "vectors", "k", "accuracy"])
    plotted.to_csv(PLOTS / "knn.csv", index=False)
    draw_knn(plotted, _say(counts), PLOTS / "knn.png")


def _say(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _say_nearest(table: Table) -> list[str]:
    said = []
    for task in table["embedding"]:
        k = next(iter(table["embedding"][task]))
        shares = ", ".join(f"{vectors} {table[vectors][task][k]:.2f}" for vectors in table)
        said.append(f"{task} {k}: {shares}")
    return said


if __name__ == "__main__":
    run(main, __doc__)
