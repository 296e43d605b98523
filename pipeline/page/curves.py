"""Loss curves as the page's script takes them: columns of numbers, no more than can be seen."""

import math

import pandas as pd

MOST_STEPS = 2000
DIGITS = 5


def columns(table: pd.DataFrame) -> dict[str, list[float | int | None]]:
    """Write every column as a list, taking every so-manieth row of a long table; what is not finite becomes None."""
    every = -(-len(table) // MOST_STEPS) or 1
    thinned = table.iloc[::every]
    return {str(name): [_short(value) for value in thinned[name].tolist()] for name in table.columns}


def _short(value: float | int) -> float | int | None:
    if isinstance(value, int):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
