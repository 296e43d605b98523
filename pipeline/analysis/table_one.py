"""The paper's table 1 with ours beside it, as text (paper, section 4)."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pipeline.analysis.claims import TABLE_1

Summary = dict[tuple[str, str], dict[Hashable, Any]]

HEAD = (
    "variant",
    "parameters",
    "the paper's",
    "test loss",
    "the paper's",
    "singer",
    "singer, from other songs",
    "song",
)


def table_one(summary: pd.DataFrame, k: int) -> str:
    """Write the table in Markdown: a row for each variant, then baseline and chance.

    The paper's losses lie above 0.25, which a constant embedding has by its formula: compare rankings, not numbers.

    Parameters
    ----------
    summary : DataFrame
        As `over_seeds` gives it.
    k : int
        Neighbours behind the accuracies.

    Returns
    -------
    str
        Means, and in brackets the least and the greatest of the seeds where there are several.
    """
    head = [f"{name} (k = {k})" if name.startswith(("singer", "song")) else name for name in HEAD]
    known = {(row["variant"], row["measure"]): row for row in summary.reset_index().to_dict("records")}
    variants = dict.fromkeys([*TABLE_1, *(variant for variant, _ in known)])
    rows = [head, ["---"] * len(head), *(_row(known, variant, k) for variant in variants)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(known: Summary, variant: str, k: int) -> list[str]:
    size, loss = TABLE_1.get(variant, ("", ""))
    ours = [_cell(known, variant, measure, form) for measure, form in (("parameters", ",.0f"), ("test_loss", ".4f"))]
    accuracies = [_cell(known, variant, f"{task}_k{k:02d}", ".2f") for task in ("singer", "singer_cross_song", "song")]
    return [variant, ours[0], size, ours[1], str(loss), *accuracies]


def _cell(known: Summary, variant: str, measure: str, form: str) -> str:
    if (variant, measure) not in known:
        return "-"
    mean, low, high = (format(known[variant, measure][name], form) for name in ("mean", "low", "high"))
    return mean if low == high else f"{mean} ({low} to {high})"
