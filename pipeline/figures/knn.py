"""Accuracies of nearest-neighbour classification by k, singers and songs side by side (paper, figure 3)."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from pipeline.analysis.baselines import BASELINES, EMBEDDING, UNTRAINED
from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure

# Colour and hatch of each kind of vectors, in the order of their bars; hatches differ, so that colours need not.
LOOKS = {
    EMBEDDING: (COLOURS[0], ""),
    "baseline": (COLOURS[1], "///"),
    "baseline_without_chroma": (COLOURS[2], "\\\\\\"),
    "mfcc_means": (COLOURS[3], "..."),
    UNTRAINED: (COLOURS[5], "xxx"),
}
GROUP = 0.84
# So high is a number above a bar, as a share of all; one that would lie upon the line of chance stands above it.
NUMBER_HEIGHT = 0.055
# A white rim keeps numbers legible beside whiskers without hiding them.
RIM = (withStroke(linewidth=2.5, foreground="white"),)
PANELS = {"singer": "singer", "singer_cross_song": "singer, from other songs only", "song": "song"}


def draw_knn(accuracies: pd.DataFrame, subject: str, path: Path) -> None:
    """Compose figure 3 and write it as PNG and SVG; see `compose_knn`."""
    save_figure(compose_knn(accuracies, subject), path)


@house_style()
def compose_knn(accuracies: pd.DataFrame, subject: str) -> Figure:
    """Draw a group of bars for each k: singers to the left, songs to the right.

    Parameters
    ----------
    accuracies : DataFrame
        Columns `label` (singer, singer_cross_song or song), `vectors`, `k`, `accuracy` (0 to 1), `low` and `high`
        (confidence limits; NaN where there are none). Rows of `chance` become lines; a label without rows leaves an
        empty panel with a note.
    subject : str
        What was classified; the title above the panels.

    Returns
    -------
    Figure
        Bars with confidence intervals for embedding and baselines, the embedding's with its number; dashed lines for
        chance.
    """
    figure = blank(10.0, 3.9)
    panels = figure.subplots(1, len(PANELS), sharey=True)
    for axes, (label, title) in zip(panels, PANELS.items(), strict=True):
        axes.set(title=title, xlabel="neighbours k", ylim=(0, 1.1), yticks=np.arange(0, 1.01, 0.2))
        _draw_panel(axes, accuracies[accuracies["label"] == label])
    panels[0].set_ylabel("accuracy (share of performances)")
    handles = {}
    for axes in panels:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            handles[name] = handle
    if handles:
        figure.legend(handles.values(), handles, loc="outside lower center", ncols=len(handles))
    figure.suptitle(f"leave-one-out nearest neighbours among {subject}", fontsize="medium")
    return figure


def _draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    if rows.empty:
        axes.text(0.5, 0.5, "cannot be computed\non these performances", ha="center", transform=axes.transAxes)
        axes.set_xticks([])
        return
    by_k = {vectors: its.set_index("k").sort_index() for vectors, its in rows.groupby("vectors")}
    groups = np.arange(len(by_k["chance"]))
    axes.set_xticks(groups, [str(k) for k in by_k["chance"].index])
    shown = [vectors for vectors in LOOKS if vectors in by_k]
    width = GROUP / len(shown)
    chance = by_k["chance"]["accuracy"]
    for place, vectors in enumerate(shown):
        where = groups + (place - (len(shown) - 1) / 2) * width
        _draw_bars(axes, where, by_k[vectors], width, vectors)
    if EMBEDDING in shown:
        _write_numbers(axes, groups + (shown.index(EMBEDDING) - (len(shown) - 1) / 2) * width, by_k[EMBEDDING], chance)
    axes.hlines(chance, groups - GROUP / 2, groups + GROUP / 2, colors="black", linestyles="--", label="chance")


def _draw_bars(axes: Axes, where: NDArray[Any], its: pd.DataFrame, width: float, vectors: str) -> None:
    heights, (colour, hatch) = its["accuracy"], LOOKS[vectors]
    beyond = [heights - its["low"], its["high"] - heights]
    name = BASELINES.get(vectors, vectors)
    axes.bar(where, heights, width, color=colour, hatch=hatch, edgecolor="white", label=name)
    axes.errorbar(where, heights, beyond, fmt="none", ecolor="black", elinewidth=0.8, capsize=1.5)


def _write_numbers(axes: Axes, where: NDArray[Any], its: pd.DataFrame, chance: pd.Series) -> None:
    tops = its["high"].fillna(its["accuracy"])
    for x, height, top, line in zip(where, its["accuracy"], tops, chance, strict=True):
        start = max(top, line) if line < top + NUMBER_HEIGHT else top
        above: dict[str, Any] = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "path_effects": RIM}
        axes.annotate(f"{height:.2f}", (x, start), fontsize="x-small", **above)
