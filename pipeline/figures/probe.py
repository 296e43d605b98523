"""What the probes read from embedding and baseline: a dot with its interval for every target, the best on top."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path as MarkerPath

from pipeline.analysis.held_style import target_in_words
from pipeline.figures.canvas import COLOURS, blank, house_style, readable, save_figure

# Marker, fill and offset of each kind of vectors, distinguishable without colour
MARKS = {
    "embedding": ("o", COLOURS[0], -0.26),
    "baseline": ("s", "white", 0.0),
    "mfcc_means": ("^", "white", 0.26),
    "ltas": ("D", COLOURS[6], 0.0),
    "pauses": ("D", COLOURS[6], 0.0),
}
EDGES = {"embedding": COLOURS[0], "baseline": COLOURS[3], "mfcc_means": COLOURS[2]}
LOWEST_R2 = -0.5
# At the left edge: a value that lies farther left, and an interval that reaches farther left.
BELOW, CUT = "<", MarkerPath([(1, 1), (0, 0), (1, -1)])
EDGE_MARKS: dict[str | MarkerPath, str] = {BELOW: "value farther left", CUT: "interval goes on"}
ROW_INCHES, FRAME_INCHES, WIDTH = 0.28, 0.85, 7.5
MOST_ABREAST = 4
NAMES = {
    "f0_median_midi": "median pitch (semitones)",
    "f0_range_semitones": "range of pitch (semitones)",
    "vibrato_rate_hz": "vibrato rate (Hz)",
    "vibrato_extent_cents": "vibrato extent (cents)",
    "centroid_hz": "spectral centroid (Hz)",
    "tilt_db_per_octave": "spectral tilt (dB/octave)",
    "hnr_db": "harmonics to noise (dB)",
    "onsets_per_s": "onsets (per s)",
    "style_register": "register (semitones)",
    "ltas": "average spectrum",
    "pauses": "spectrum of pauses",
    "mfcc_means": "MFCC means",
}
UNITS = {
    "db_per_octave": "dB/octave",
    "db": "dB",
    "hz": "Hz",
    "cm": "cm",
    "s": "s",
    "cents": "cents",
    "shift": "factor",
    "factor": "factor",
}
PANELS = (
    ("r2", "clip", "descriptors of clips", "R² (out of fold)"),
    ("r2", "performance", "style of performances", "R² (out of fold)"),
    ("r2", "singer", "style of singers, one point each", "R² (out of fold)"),
    ("balanced_accuracy", "performance", "style in words", "balanced accuracy"),
    ("accuracy", "performance", "singer, by the nearest performance of another song", "accuracy"),
)


def draw_probe(results: pd.DataFrame, path: Path) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_probe`."""
    save_figure(compose_probe(results), path)


@house_style()
def compose_probe(results: pd.DataFrame) -> Figure:
    """Draw a panel for each kind of question that was answered.

    Parameters
    ----------
    results : DataFrame
        A row for each target and kind of vectors, of which those in `MARKS` are drawn; its columns the fields of
        `pipeline.analysis.probe_table.ProbeResult`. Without rows the figure says that nothing can be shown.

    Returns
    -------
    Figure
        Dots with 95 % intervals, sorted by the embedding's score, and a stroke at chance. Scores below -0.5 are
        drawn as arrowheads at the left edge, where carets show that an interval goes on.
    """
    results = results[results["vectors"].isin(MARKS)]
    asked = [(_panel_rows(results, measure, level), title, label) for measure, level, title, label in PANELS]
    asked = [panel for panel in asked if len(panel[0])]
    if not asked:
        figure = blank(WIDTH, 1.5)
        figure.text(0.5, 0.5, "nothing can be probed in these recordings", ha="center", va="center")
        return figure
    heights = [FRAME_INCHES + ROW_INCHES * rows["name"].nunique() for rows, _, _ in asked]
    figure = blank(WIDTH, sum(heights) + 0.6)
    panels = figure.subplots(len(asked), 1, height_ratios=heights, squeeze=False)[:, 0]
    for axes, (rows, title, label) in zip(panels, asked, strict=True):
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel(label)
        _draw_panel(axes, rows)
    handles = {name: line for axes in panels for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    drawn = {line.get_marker() for axes in panels for line in axes.lines}
    for mark, meaning in EDGE_MARKS.items():
        if mark in drawn:
            handles[meaning] = Line2D([], [], linestyle="none", marker=mark, color="0.3", markerfacecolor="none")
    ncols = len(handles) if len(handles) <= MOST_ABREAST else -(-len(handles) // 2)
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=ncols)
    figure.suptitle(f"{results['singers'].max()} singers; 95 % intervals over singers", fontsize="medium")
    return figure


def _panel_rows(results: pd.DataFrame, measure: str, level: str) -> pd.DataFrame:
    rows = results[(results["measure"] == measure) & (results["level"] == level)]
    return rows.assign(name=rows["vectors" if measure == "accuracy" else "target"])


def _draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    leading = rows.sort_values("vectors", key=lambda kinds: kinds != "embedding", kind="stable").drop_duplicates("name")
    names = leading.sort_values("value", ascending=False, kind="stable")["name"].tolist()
    places = {name: place for place, name in enumerate(names)}
    axes.set_yticks(range(len(names)), [readable(NAMES.get(name, _plain(name))) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    lowest = LOWEST_R2 if rows["measure"].iloc[0] == "r2" else 0.0
    axes.set_xlim(lowest - 0.02, 1.02)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    chance = rows.drop_duplicates("name")
    middles = chance["name"].map(places)
    axes.vlines(chance["chance"], middles - 0.5, middles + 0.5, colors="black", linestyles="--", label="chance")
    for vectors, of_kind in rows.groupby("vectors", sort=False):
        shift = MARKS[str(vectors)][2] if rows["name"].ne(rows["vectors"]).any() else 0.0
        _draw_dots(axes, of_kind, of_kind["name"].map(places) + shift, str(vectors), lowest)


def _draw_dots(axes: Axes, rows: pd.DataFrame, places: "pd.Series[float]", vectors: str, lowest: float) -> None:
    marker, fill, _ = MARKS[vectors]
    edge = EDGES.get(vectors, COLOURS[6])
    axes.hlines(places, rows["low"].clip(lower=lowest), rows["high"].clip(lower=lowest), colors=edge, linewidth=1.1)
    below = rows["value"] < lowest
    cut = ~below & (rows["low"] < lowest)
    if cut.any():
        (line,) = axes.plot([lowest] * int(cut.sum()), places[cut], label="_cut")
        line.set(linestyle="none", marker=CUT, color=edge, markerfacecolor="none", markersize=6.0, clip_on=False)
    for shown, drawn, name in ((~below, marker, vectors if vectors in EDGES else "_unnamed"), (below, BELOW, "_below")):
        if shown.any():  # an empty line has no extent and would upset the layout
            (line,) = axes.plot(rows["value"][shown].clip(lower=lowest), places[shown], label=NAMES.get(name, name))
            line.set(linestyle="none", marker=drawn, color=edge, markerfacecolor=fill, markersize=5.0, clip_on=False)


def _plain(name: str) -> str:
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(f"_{ending}")), "")
    return f"{target_in_words(name)} ({unit})" if unit else target_in_words(name)
