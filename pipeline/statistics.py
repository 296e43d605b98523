"""Estimate confidence intervals, verification, retrieval, and accuracy by seconds heard.

Reads data/embeddings and data/baseline; writes metrics/statistics.json, metrics/plots/statistics.png and
data/outcomes/outcomes.csv (whether each performance was classified rightly: what `make compare` compares).
Intervals are a bootstrap over singers. What the corpus does not allow to compute is left out, with the reason. Of
several corpora, pairs to verify are within one, and `corpora` holds what each scores by itself.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.accuracy import NeighbourSettings
from pipeline.analysis.baselines import load_performances
from pipeline.analysis.bootstrap import Estimate
from pipeline.analysis.classification import tabulate
from pipeline.analysis.collection import Collection
from pipeline.analysis.evaluation import EvaluationSettings, VectorMeasures, measure_collections, not_beaten
from pipeline.corpora.names import corpus_of, rows_by_corpus
from pipeline.figures.statistics import draw_statistics
from pipeline.params import load_params
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.stage import BASELINE, EMBEDDINGS, METRICS, OUTCOMES, PLOTS, fresh_folder, run


def main() -> str:
    """Measure, and write figures and metrics."""
    params = load_params()
    clips, performances = _load_clips(), load_performances(EMBEDDINGS, BASELINE)
    neighbours = NeighbourSettings(
        ks=sorted({1, *params.knn.neighbours}),
        chance_draws=params.knn.chance_draws,
        draws=params.statistics.draws,
        level=params.statistics.level,
        seed=params.seed,
    )
    frames_a_second = params.resample.rate / params.frames.hop
    settings = EvaluationSettings(
        neighbours,
        target_prior=params.statistics.target_prior,
        clip_frames=params.clips.frames,
        lengths={seconds: seconds * frames_a_second for seconds in params.statistics.seconds},
    )
    found = measure_collections(clips, performances, settings)
    sung, who = clips["embedding"], performances["embedding"]
    alone = {
        corpus: measure_collections(
            _select(clips, corpus_of(sung.singer) == corpus), _select(performances, rows), settings
        )
        for corpus, rows in rows_by_corpus(who.singer).items()
    }
    fresh_folder(OUTCOMES)
    tabulate(found.right, who).to_csv(OUTCOMES / "outcomes.csv", index=False)
    _write(found, alone)
    return "; ".join([_summarise(found), *(f"{corpus} alone: {_summarise(its)}" for corpus, its in alone.items())])


def _load_clips() -> dict[str, Collection]:
    embedding, baseline = (Collection.load(folder / "clips.npz") for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    return {"embedding": embedding, "baseline": baseline}


def _select(collections: dict[str, Collection], rows: NDArray[np.bool_]) -> dict[str, Collection]:
    return {name: its[rows] for name, its in collections.items()}


def _write(found: VectorMeasures, alone: dict[str, VectorMeasures]) -> None:
    by_corpus = {"corpora": {corpus: its.tree for corpus, its in alone.items()}} if alone else {}
    metrics = _as_metrics(found.tree | by_corpus)
    write_json(METRICS / "statistics.json", metrics)
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw_statistics(metrics, PLOTS / "statistics.png")


def _as_metrics(tree: Any) -> Any:
    """Write estimates out, and numbers of neighbours as keys that sort as text."""
    if isinstance(tree, Estimate):
        return tree.rounded()
    if isinstance(tree, dict):
        return {f"k{key:02d}" if isinstance(key, int) else key: _as_metrics(branch) for key, branch in tree.items()}
    return tree if isinstance(tree, int) else rounded(float(tree))


def _summarise(found: VectorMeasures) -> str:
    tree = found.tree
    headlines: dict[str, dict[str, Estimate]] = {
        "singer k01": {name: its["singer"][1] for name, its in tree["accuracy"].items() if "singer" in its},
        "disentanglement": tree["disentanglement"],
        "EER": {name: its["all"]["eer"] for name, its in tree["verification"].items() if "all" in its},
    }
    parts = [
        f"{what}: "
        + ", ".join(f"{name} {one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for name, one in its.items())
        for what, its in headlines.items()
        if its
    ]
    return "; ".join([*parts, *(f"warning: {line}" for line in not_beaten(found)), *found.remarks])


if __name__ == "__main__":
    run(main, __doc__)
