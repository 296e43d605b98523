"""Gather the figures by which runs are compared: what `dvc metrics` and `dvc exp show` print of a run.

Reads metrics/statistics.json and metrics/training.json; writes metrics/summary.json, flat and with short names, so that
many runs fit side by side. Everything else that stages measure stands in Git beside it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.analysis.conditions import ACROSS_SONGS
from pipeline.analysis.outline import TASKS, VECTORS, WITH_CHANCE
from pipeline.runtime.metrics import read_json, write_json
from pipeline.runtime.stage import METRICS, run

NEAREST = "k01"


def main() -> str:
    """Write the summary."""
    statistics = read_json(METRICS / "statistics.json", "dvc repro statistics")
    training = read_json(METRICS / "training.json", "dvc repro embed")
    figures = dict(_figures(statistics)) | {"test_loss": training["test_loss"]}
    write_json(METRICS / "summary.json", figures)
    return ", ".join(f"{name} {value:.4g}" for name, value in figures.items())


def _figures(statistics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the figures that the corpus allows to compute, with their names."""
    for suffix, vectors in VECTORS.items():
        if ACROSS_SONGS in statistics["verification"].get(vectors, {}):
            yield f"eer{suffix}", statistics["verification"][vectors][ACROSS_SONGS]["eer"]["value"]
    for name, task in TASKS.items():
        if task not in statistics["chance"]:
            continue
        for suffix, vectors in VECTORS.items():
            yield f"{name}{suffix}", statistics["accuracy"][vectors][task][NEAREST]["value"]
        if name in WITH_CHANCE:
            yield f"{name}_chance", statistics["chance"][task][NEAREST]


if __name__ == "__main__":
    run(main, __doc__)
