"""t-SNE layouts of clips, baseline above embedding, coloured by singer and by song (paper, figure 4)."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.figures.canvas import COLOURS, MOST_POINTS, blank, house_style, readable, save_figure

# Their number has no common factor with that of the colours, so that 70 names differ before a combination recurs
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")

ROWS = ("baseline", "embedding")
COLUMNS = ("singer", "song")
MOST_NAMES = 20
NAMES_ABREAST = 2
PANEL_INCHES, NAME_INCHES = 3.7, 0.19


def draw_tsne(points: pd.DataFrame, path: Path) -> None:
    """Compose figure 4 and write it as PNG and SVG; see `compose_tsne`."""
    save_figure(compose_tsne(points), path)


@house_style()
def compose_tsne(points: pd.DataFrame) -> Figure:
    """Scatter the clips in 2 x 2 panels.

    Parameters
    ----------
    points : DataFrame
        One row per clip and kind of vectors; columns `x`, `y`, `vectors` (baseline or embedding), `singer` and
        `song`.

    Returns
    -------
    Figure
        Rows: baseline and embedding; columns: singer and song. Colour and marker identify the names; the
        legend below each column holds the first 20 of them.
    """
    legends = {by: _legend(sorted(set(points[by]))) for by in COLUMNS}
    name_rows = max(-(-len(handles) // NAMES_ABREAST) for handles in legends.values())
    legend_inches = NAME_INCHES * (name_rows + 1)
    figure = blank(2 * PANEL_INCHES, 2 * PANEL_INCHES + legend_inches)
    panels = figure.subplots(3, 2, height_ratios=[PANEL_INCHES, PANEL_INCHES, legend_inches])
    for row, vectors in enumerate(ROWS):
        for column, by in enumerate(COLUMNS):
            _scatter(panels[row, column], points[points["vectors"] == vectors], by)
            panels[row, column].set_title(f"{vectors}, by {by}")
    for column, by in enumerate(COLUMNS):
        panels[2, column].axis("off")
        panels[2, column].legend(
            handles=legends[by],
            title=by,
            loc="upper center",
            ncols=NAMES_ABREAST,
            fontsize="small",
            borderpad=0,
        )
    return figure


def _look(number: int) -> tuple[str, str]:
    return COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]


def _scatter(axes: Axes, points: pd.DataFrame, by: str) -> None:
    size = float(np.clip(9000 / max(1, len(points)), 4, 22))
    many = len(points) > MOST_POINTS
    for number, name in enumerate(sorted(set(points[by]))):
        its = points[points[by] == name]
        colour, marker = _look(number)
        axes.scatter(its["x"], its["y"], size, color=colour, marker=marker, alpha=0.8, linewidths=0, rasterized=many)
    axes.set(xlabel="t-SNE 1 (no unit)", ylabel="t-SNE 2 (no unit)", xticks=[], yticks=[])
    axes.set_aspect("equal", adjustable="datalim")


def _legend(names: list[str]) -> list[Line2D]:
    shown = names if len(names) <= MOST_NAMES else names[: MOST_NAMES - 1]
    handles = []
    for number, name in enumerate(shown):
        colour, marker = _look(number)
        handles.append(Line2D([], [], linestyle="none", color=colour, marker=marker, label=readable(name)))
    if len(shown) < len(names):
        handles.append(Line2D([], [], linestyle="none", label=f"and {len(names) - len(shown)} more"))
    return handles
