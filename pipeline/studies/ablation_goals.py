"""The goals that were set for the preset before `make ablation` measured it, and what it found."""

from collections.abc import Mapping
from typing import Any

from pipeline.studies.markdown_table import markdown

PRESET, CHOIR_ALONE, BASELINE = "all of it", "the choir alone", "handcrafted baseline"


def goals_table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Tabulate every goal, what was found, and whether that is enough.

    Parameters
    ----------
    rows : mapping
        What metrics/ablation.json holds of each row.
    """
    preset, baseline = rows[PRESET], rows[BASELINE]["song"]["value"]
    seeds = f"{_percent(min(preset['eer_by_seed']))} to {_percent(max(preset['eer_by_seed']))} over the seeds"
    goals = [
        ("EER, unseen singers and combinations of lyrics and melody", "at most", 0.10, preset["eer"]["value"], seeds),
        ("right singer, same-song neighbours excluded", "at least", 0.97, preset["singer_cross_song"]["value"], ""),
        ("song leakage", "below the baseline's", baseline, preset["song"]["value"], ""),
        ("EER, choir alone", "at most", 0.20, rows[CHOIR_ALONE]["eer"]["value"], ""),
    ]
    return markdown([["", "goal", "found", "met"], *(_row(*goal) for goal in goals)])


def _row(what: str, bound: str, goal: float, found: float, spread: str) -> list[str]:
    met = found >= goal if bound == "at least" else found <= goal
    shown = f"{_percent(found)} ({spread})" if spread else _percent(found)
    return [what, f"{bound} {_percent(goal)}", shown, "yes" if met else "**no**"]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
