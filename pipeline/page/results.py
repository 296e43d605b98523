"""The results of the pipeline on its page: the data of the charts of accuracy and of loss."""

import math
from typing import Any

import pandas as pd

from pipeline.nn.objectives.loss import ValidationMeasure
from pipeline.page.facts import CHARTED, Intervals, knn_charts

MOST_STEPS = 2000
# The only measure that is a loss which is trained, too.
CONTRASTIVE: ValidationMeasure = "contrastive loss"
DIGITS = 5


def describe_results(
    knn: dict[str, Any], intervals: Intervals, training: pd.DataFrame, validation: pd.DataFrame, measure: str
) -> dict[str, Any]:
    """Assemble what the charts show.

    Parameters
    ----------
    knn : dict
        metrics/knn.json.
    intervals : dict
        See `pipeline.page.facts.knn_charts`.
    training, validation : DataFrame
        Loss curves, one row per step; see `pipeline.figures.losses`.
    measure : str
        What the loss of a validation is.
    """
    charts = knn_charts(knn, intervals)
    return {
        "knn": charts,
        "has_intervals": any(any(chart[name]["interval"]) for chart in charts for name in CHARTED),
        "losses": {
            "training": columns(training),
            "validation": columns(validation),
            "measure": measure,
            "apart": measure != CONTRASTIVE,
        },
    }


def columns(table: pd.DataFrame) -> dict[str, list[float | int | None]]:
    """Convert every column to a list, keeping every nth row of a long table; what is not finite becomes None."""
    stride = -(-len(table) // MOST_STEPS) or 1
    thinned = table.iloc[::stride]
    return {str(name): [_short(value) for value in thinned[name].tolist()] for name in table.columns}


def _short(value: float | int) -> float | int | None:
    if isinstance(value, int):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
