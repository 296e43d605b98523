"""The embedding among its rivals, as a table: what any vectors must be judged against, chance last."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.conditions import ACROSS_SONGS

TASKS = {
    "singer": "Right singer",
    "singer_cross_song": "Right singer, through another song",
    "song": "Same song",
}
EER = "Equal error rate, across songs"
NOTHING = "–"


@dataclass(frozen=True)
class Standing:
    """A row: the kind of vectors, and its figures in the order of `Standings.headings`."""

    name: str
    cells: list[str]


@dataclass(frozen=True)
class Standings:
    """The table."""

    headings: list[str]
    rows: list[Standing]


def standings(statistics: Mapping[str, Any]) -> Standings:
    """Tabulate every kind of vectors with one neighbour, or the fewest computed, with intervals over singers.

    Parameters
    ----------
    statistics : mapping
        metrics/statistics.json; questions that these performances cannot answer are left out.
    """
    tasks = [task for task in TASKS if task in statistics["chance"]]
    verified = statistics["verification"]
    has_errors = ACROSS_SONGS in verified.get(EMBEDDING, {})
    rows = []
    for vectors, name in {EMBEDDING: EMBEDDING, **BASELINES}.items():
        cells = [_percent(_fewest(statistics["accuracy"][vectors][task])) for task in tasks]
        errors = [_percent(verified[vectors][ACROSS_SONGS]["eer"])] if has_errors else []
        rows.append(Standing(name, cells + errors))
    chance = [_percent({"value": _fewest(statistics["chance"][task])}) for task in tasks]
    rows.append(Standing("chance", chance + ["50%"] * has_errors))
    return Standings([TASKS[task] for task in tasks] + [EER] * has_errors, rows)


def _fewest(by_k: Mapping[str, Any]) -> Any:
    return by_k[min(by_k)]


def _percent(estimate: Mapping[str, float]) -> str:
    ends = ("low", "high") if "low" in estimate else ()
    value, *interval = (_round(estimate[name]) for name in ("value", *ends))
    return f"{value}% ({' to '.join(interval)})" if interval else f"{value}%"


def _round(share: float) -> str:
    """Round half up to whole percent, as elsewhere on the page; nothing where there is no number."""
    return f"{math.floor(100 * share + 0.5)}" if math.isfinite(share) else NOTHING
