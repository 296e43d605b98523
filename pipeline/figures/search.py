"""The history of a search: the loss of every trial, the best so far, and the loss over each parameter (paper 3.4)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure

MARGIN = 0.05

Span = tuple[float, float, bool]


def draw_search(trials: pd.DataFrame, spans: Mapping[str, Span], path: Path) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_search`."""
    save_figure(compose_search(trials, spans), path)


@house_style()
def compose_search(trials: pd.DataFrame, spans: Mapping[str, Span]) -> Figure:
    """Draw the validation loss by trial, then over each parameter.

    Parameters
    ----------
    trials : DataFrame
        In order; columns `loss` (NaN where a trial failed) and the parameters.
    spans : mapping of str to (float, float, bool)
        The parameters in order, each with the ends of its range and whether it was searched on a logarithmic scale.

    Returns
    -------
    Figure
        Dots for trials, a line for the best so far, crosses on the lower edge for trials that failed.
    """
    figure = blank(2.8 * (1 + len(spans)), 3.3)
    panels = figure.subplots(1, 1 + len(spans), sharey=True, squeeze=False)[0]
    numbers = np.arange(1, len(trials) + 1)
    failed = trials["loss"].isna().to_numpy()
    columns = [numbers, *(trials[name].to_numpy() for name in spans)]
    for axes, values in zip(panels, columns, strict=True):
        axes.plot(values, trials["loss"], "o", color=COLOURS[0], markersize=4, label="trial")
        if failed.any():
            edge = axes.get_xaxis_transform()
            axes.plot(values[failed], np.zeros(failed.sum()), "kx", transform=edge, clip_on=False, label="failed")
    panels[0].step(numbers, trials["loss"].cummin().ffill(), where="post", color=COLOURS[3], label="best so far")
    panels[0].set(xlabel="trial", ylabel="validation loss")
    panels[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    # beside the panels: within, it would lie on trials
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    for axes, (name, span) in zip(panels[1:], spans.items(), strict=True):
        _scale(axes, name, span)
    return figure


def _scale(axes: Axes, name: str, span: Span) -> None:
    """Show the whole span, with plain numbers at the ticks: the house style renders no formulas."""
    low, high, log = span
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter("{x:g}")
    margin = MARGIN * (np.log(high / low) if log else high - low)
    axes.set_xlim((low / np.exp(margin), high * np.exp(margin)) if log else (low - margin, high + margin))
    axes.set_xlabel(name)
