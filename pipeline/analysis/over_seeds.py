"""Statistics over several seeds: mean and spread of each variant, and the difference between two variants."""

import numpy as np
import pandas as pd

from pipeline.analysis.bootstrap import Bootstrap, Estimate


def over_seeds(figures: pd.DataFrame) -> pd.DataFrame:
    """Summarise every measure of every variant over its seeds.

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
    """Estimate how much more often `two` is right than `one`, on the same performances of the same seeds.

    A bootstrap over singers with all seeds together: it shows how the difference varies with the singers, given these
    seeds' networks. A handful of seeds is too few to draw from; the variation over seeds is visible in their values.

    Parameters
    ----------
    one, two : DataFrame
        Columns `seed`, `recording`, `singer` and `right` (0 or 1).
    redrawn : bool
        Whether the singers depend on the seed too, so that a name denotes different singers under different seeds.
    draws, level, generator
        See `Bootstrap.over`.

    Returns
    -------
    Estimate
        All NaN if they share no performance.
    """
    pairs = one.merge(two, on=["seed", "recording"], suffixes=("_one", "_two"))
    if pairs.empty:
        return Estimate(np.nan, np.nan, np.nan)
    singers = pairs["singer_one"].astype(str)
    if redrawn:
        singers = pairs["seed"].astype(str) + " " + singers
    bootstrap = Bootstrap.over(singers.to_numpy(str), draws, level, generator)
    return bootstrap.mean((pairs["right_two"] - pairs["right_one"]).to_numpy(np.float64))
