"""Figure 3 over all variants and seeds: accuracies by k, singers and songs side by side (paper, section 4)."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, withStroke

from pipeline.figures.canvas import blank, house_style, save_figure
from pipeline.figures.knn import PANELS

GROUP = 0.84
SHADES = ("#08306b", "#4292c6", "#9e9ac8", "#dadaeb", "#f7f7f7")
# Variants differ in darkness and hatching, so that they can be distinguished without colour
HATCHES = ("", "xxx", "...", "\\\\\\", "///")

# Makes a black line visible on a dark bar
HALO: list[AbstractPathEffect] = [withStroke(linewidth=2.6, foreground="white")]


def draw_paper(accuracies: pd.DataFrame, subject: str, path: Path) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_paper`."""
    save_figure(compose_paper(accuracies, subject), path)


@house_style()
def compose_paper(accuracies: pd.DataFrame, subject: str) -> Figure:
    """Draw a group of bars for each k, a bar for each variant and one for the baseline.

    Parameters
    ----------
    accuracies : DataFrame
        Columns `variant` (the last but `chance` being `baseline`, in the order of the bars), `task` (singer,
        singer_cross_song or song), `k`, `mean`, `low` and `high` (the least and greatest of the seeds). A task without
        rows leaves an empty panel with a note.
    subject : str
        What was run; the title above the panels.

    Returns
    -------
    Figure
        Bars as high as the means, whiskers from the least to the greatest, dashed lines for chance.
    """
    figure = blank(11.0, 4.3)
    panels = figure.subplots(1, len(PANELS), sharey=True)
    variants = [name for name in accuracies["variant"].unique() if name != "chance"]
    for axes, (task, title) in zip(panels, PANELS.items(), strict=True):
        axes.set(title=title, xlabel="neighbours k", ylim=(0, 1.05), yticks=np.arange(0, 1.01, 0.2))
        _draw_panel(axes, accuracies[accuracies["task"] == task], variants)
    panels[0].set_ylabel("accuracy (share of performances)")
    handles = {}
    for axes in panels:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            handles[name] = handle
    if handles:
        names = sorted(handles, key=lambda name: name == "chance")
        figure.legend([handles[name] for name in names], names, loc="outside lower center", ncols=len(names))
    figure.suptitle(subject, fontsize="medium")
    return figure


def _draw_panel(axes: Axes, rows: pd.DataFrame, variants: list[str]) -> None:
    if rows.empty:
        axes.text(0.5, 0.5, "cannot be computed\non these performances", ha="center", transform=axes.transAxes)
        axes.set_xticks([])
        return
    ks = sorted(rows["k"].unique())
    groups = np.arange(len(ks))
    axes.set_xticks(groups, [str(k) for k in ks])
    width = GROUP / len(variants)
    by_variant = {name: its.set_index("k").reindex(ks) for name, its in rows.groupby("variant")}
    for number, name in enumerate(variants):
        if name in by_variant:
            last = name == variants[-1]
            shade, hatch = (SHADES[-1], HATCHES[-1]) if last else (SHADES[number], HATCHES[number])
            where = groups - GROUP / 2 + width * (number + 0.5)
            _draw_bars(axes, where, by_variant[name], {"width": width, "color": shade, "hatch": hatch, "label": name})
    if "chance" in by_variant:
        chance = by_variant["chance"]["mean"]
        ends = (groups - GROUP / 2, groups + GROUP / 2)
        axes.hlines(chance, *ends, colors="black", linestyles="--", label="chance", path_effects=HALO)


def _draw_bars(axes: Axes, where: Any, its: pd.DataFrame, look: dict[str, Any]) -> None:
    axes.bar(where, its["mean"], edgecolor="#555555", linewidth=0.5, **look)
    beyond = [its["mean"] - its["low"], its["high"] - its["mean"]]
    whiskers = axes.errorbar(where, its["mean"], beyond, fmt="none", ecolor="black", elinewidth=1.0, capsize=2)
    for line in [*whiskers.lines[1], *whiskers.lines[2]]:
        line.set_path_effects(HALO)
