"""One experiment under several seeds: mean and spread, and what two variants differ by."""

import numpy as np
import pandas as pd

from pipeline.analysis.bootstrap import Bootstrap, Estimate


def over_seeds(figures: pd.DataFrame) -> pd.DataFrame:
    """Sum up every measure of every variant over its seeds.

    Parameters
    ----------
    figures : DataFrame
        Columns `variant`, `seed`, `measure` and `value`; one row for each.

    Returns
    -------
    DataFrame
        Indexed by variant and measure, in order of appearance: `seeds` (how many), `mean`, `low` and `high` (the
        least and the greatest), and `deviation` (the standard deviation, with n - 1; NaN with one seed).
    """
    groups = figures.groupby(["variant", "measure"], sort=False)["value"]
    summary = groups.agg(["count", "mean", "min", "max", "std"])
    return summary.set_axis(["seeds", "mean", "low", "high", "deviation"], axis="columns")


def paired_difference(
    one: pd.DataFrame,
    two: pd.DataFrame,
    *,
    redrawn: bool,
    draws: int,
    level: float,
    generator: np.random.Generator,
) -> Estimate:
    """Estimate by how much `two` is right more often than `one`, on the same performances of the same seeds.

    A bootstrap over singers with all seeds together: it says how the difference varies with the singers, given these
    seeds' networks. A handful of seeds is too few to be drawn from; how the difference varies with them is for the
    reader to see from each.

    Parameters
    ----------
    one, two : DataFrame
        Columns `seed`, `recording`, `singer` and `right` (0 or 1).
    redrawn : bool
        Whether a seed draws the singers too, so that a name stands for somebody else under another seed.
    draws, level, generator
        See `Bootstrap.over`.

    Returns
    -------
    Estimate
        NaN throughout where they share no performance.
    """
    pairs = one.merge(two, on=["seed", "recording"], suffixes=("_one", "_two"))
    if pairs.empty:
        return Estimate(np.nan, np.nan, np.nan)
    singers = pairs["singer_one"].astype(str)
    if redrawn:
        singers = pairs["seed"].astype(str) + " " + singers
    bootstrap = Bootstrap.over(singers.to_numpy(str), draws, level, generator)
    return bootstrap.mean((pairs["right_two"] - pairs["right_one"]).to_numpy(np.float64))
