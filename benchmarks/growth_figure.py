"""How cost grows with work, as a figure."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.ticker import NullLocator, StrMethodFormatter

from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure

FACTORS = (1, 2, 4, 8)
MARKERS = "osD^"


@house_style()
def draw_growth(growths: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Draw time over work, both in multiples of the least, on logarithmic scales.

    Parameters
    ----------
    growths : mapping of str to mapping of str to float
        By kind of work, the multiple of the time at each multiple of the work.
    path : Path
        The PNG; an SVG is written beside it.
    """
    figure = blank(5.2, 4.2)
    axes = figure.subplots()
    for number, (what, growth) in enumerate(growths.items()):
        factors, times = [float(factor) for factor in growth], list(growth.values())
        axes.plot(factors, times, color=COLOURS[number], marker=MARKERS[number], linewidth=1.4, label=what)
    ends = np.array([1.0, max(FACTORS)])
    for power, style, name in ((1, ":", "as the work"), (2, "--", "as its square")):
        axes.plot(ends, ends**power, style, color="black", linewidth=0.8, label=name, zorder=0)
    axes.set(xscale="log", yscale="log", xlabel="times the work", ylabel="times the time")
    axes.set_xticks(FACTORS)
    axes.set_yticks([1, 2, 4, 8, 16, 32, 64])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_locator(NullLocator())
    axes.legend()
    save_figure(figure, path)
