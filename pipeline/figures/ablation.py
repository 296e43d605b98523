"""What each ingredient is worth on unseen singers: errors and song leakage with intervals, one row per ingredient."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure

PANELS = {
    "eer": "equal error rate, %",
    "singer_cross_song": "right singer, other song, %",
    "song": "song leakage, %",
}


def draw_ablation(figures: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_ablation`."""
    save_figure(compose_ablation(figures), path)


@house_style()
def compose_ablation(figures: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw a point and an interval over singers for each row, from the top down.

    Parameters
    ----------
    figures : mapping
        By row: for each of `PANELS`, ``value``, ``low`` and ``high`` (0 to 1; the last two may be missing); and
        ``eer_by_seed``, drawn as small marks.

    Returns
    -------
    Figure
    """
    figure = blank(10.0, 1.2 + 0.3 * len(figures))
    panels = figure.subplots(1, len(PANELS), sharey=True)
    places = np.arange(len(figures))
    for axes, (measure, title) in zip(panels, PANELS.items(), strict=True):
        axes.set(title=title)
        for place, row in enumerate(figures.values()):
            _draw(axes, place, row[measure], row["eer_by_seed"] if measure == "eer" else [])
        axes.grid(axis="x", alpha=0.3)
    panels[0].set_yticks(places, list(figures))
    panels[0].set_ylim(len(figures) - 0.4, -0.6)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3)
    return figure


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], linestyle="none", marker="o", color=COLOURS[0], label="mean over the seeds"),
        Line2D([], [], color=COLOURS[0], alpha=0.5, label="interval over singers"),
        Line2D([], [], linestyle="none", marker="|", color=COLOURS[1], label="each seed"),
    ]


def _draw(axes: Axes, place: int, estimate: Mapping[str, float], seeds: list[float]) -> None:
    if "low" in estimate:
        axes.plot([100 * estimate["low"], 100 * estimate["high"]], [place, place], color=COLOURS[0], alpha=0.5)
    axes.plot(100 * estimate["value"], place, "o", color=COLOURS[0])
    axes.plot(100 * np.array(seeds), [place] * len(seeds), "|", color=COLOURS[1])
