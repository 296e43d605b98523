"""Classify singers and songs by the nearest performances, in embedding and baselines (paper 4, figure 3).

Reads data/embeddings and data/baseline; writes metrics/knn.json (accuracies, and what chance would score),
metrics/plots/knn.csv and metrics/plots/knn.png, where the accuracies have confidence intervals over singers.
`singer_cross_song` excludes neighbours of the same song. Of several corpora, `corpora` holds what each scores by
itself, with neighbours from it alone.
"""

import pandas as pd

from pipeline.analysis.accuracy import NeighbourSettings, Scores, score
from pipeline.analysis.baselines import EMBEDDING, load_performances
from pipeline.corpora.names import rows_by_corpus
from pipeline.figures.knn import draw_knn
from pipeline.params import load_params
from pipeline.runtime.metrics import write_json
from pipeline.runtime.stage import BASELINE, EMBEDDINGS, METRICS, PLOTS, run


def main() -> str:
    """Classify, and write figures and metrics."""
    params = load_params()
    performances = load_performances(EMBEDDINGS, BASELINE)
    settings = NeighbourSettings(
        ks=params.knn.neighbours,
        chance_draws=params.knn.chance_draws,
        draws=params.statistics.draws,
        level=params.statistics.level,
        seed=params.seed,
    )
    scores = score(performances, settings)
    alone = {
        corpus: score({name: its[rows] for name, its in performances.items()}, settings)
        for corpus, rows in rows_by_corpus(performances[EMBEDDING].singer).items()
    }
    _write(scores, alone, settings.level)
    return "; ".join([_summarise(scores), *(f"{corpus} alone: {_summarise(its)}" for corpus, its in alone.items())])


def _write(scores: Scores, alone: dict[str, Scores], level: float) -> None:
    by_corpus = {"corpora": {corpus: its.metrics() for corpus, its in alone.items()}} if alone else {}
    write_json(METRICS / "knn.json", scores.metrics() | by_corpus)
    rows = [
        (task, vectors, k, *share)
        for vectors, by_task in scores.table.items()
        for task, by_k in by_task.items()
        for k, share in sorted(by_k.items())
    ]
    plotted = pd.DataFrame(rows, columns=["label", "vectors", "k", "accuracy", "low", "high"]).round(4)
    PLOTS.mkdir(parents=True, exist_ok=True)
    plotted.to_csv(PLOTS / "knn.csv", index=False)
    draw_knn(plotted, f"{_count(scores)}; whiskers: {100 * level:g} % over singers", PLOTS / "knn.png")


def _summarise(scores: Scores) -> str:
    nearest = []
    for task, by_k in scores.table["embedding"].items():
        k = min(by_k)
        shares = ", ".join(f"{vectors} {its[task][k].value:.2f}" for vectors, its in scores.table.items())
        nearest.append(f"{task} k{k:02d}: {shares}")
    return "; ".join([_count(scores), *nearest, *scores.left_out])


def _count(scores: Scores) -> str:
    return ", ".join(f"{count} {name}" for name, count in scores.counts.items())


if __name__ == "__main__":
    run(main, __doc__)
