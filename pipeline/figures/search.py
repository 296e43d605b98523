"""The history of a search: the loss of every trial, the best so far, and the loss over each parameter (paper 3.4)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pipeline.figures.canvas import COLOURS, blank, house_style, save_png


def draw_search(trials: pd.DataFrame, logarithmic: Mapping[str, bool], path: Path) -> None:
    """Compose the figure and write it as PNG; see `compose_search`."""
    save_png(compose_search(trials, logarithmic), path)


@house_style()
def compose_search(trials: pd.DataFrame, logarithmic: Mapping[str, bool]) -> Figure:
    """Draw the validation loss by trial, then over each parameter.

    Parameters
    ----------
    trials : DataFrame
        In their order; columns `loss` (NaN where a trial failed) and the parameters.
    logarithmic : mapping of str to bool
        The parameters, in order, and whether each was searched on a logarithmic scale.

    Returns
    -------
    Figure
        Dots for trials, a line for the best so far, crosses on the lower edge for trials that failed.
    """
    figure = blank(3.0 * (1 + len(logarithmic)), 3.0)
    panels = figure.subplots(1, 1 + len(logarithmic), sharey=True, squeeze=False)[0]
    numbers = np.arange(1, len(trials) + 1)
    failed = trials["loss"].isna().to_numpy()
    columns = [numbers, *(trials[name].to_numpy() for name in logarithmic)]
    for axes, values in zip(panels, columns, strict=True):
        axes.plot(values, trials["loss"], "o", color=COLOURS[0], markersize=4, label="trial")
        edge = axes.get_xaxis_transform()
        axes.plot(values[failed], np.zeros(failed.sum()), "kx", transform=edge, clip_on=False, label="failed")
    panels[0].step(numbers, trials["loss"].cummin().ffill(), where="post", color=COLOURS[3], label="best so far")
    panels[0].set(xlabel="trial", ylabel="validation loss")
    panels[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[0].legend()
    for axes, (name, log) in zip(panels[1:], logarithmic.items(), strict=True):
        axes.set(xlabel=name, xscale="log" if log else "linear")
    return figure
