"""Verification, retrieval, singer against song, and seconds heard: each figure with its interval over singers."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.analysis.baselines import BASELINES, EMBEDDING, UNTRAINED
from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure

# Marks of each kind of vectors; shapes differ, so that colours need not.
VECTORS: dict[str, dict[str, Any]] = {
    EMBEDDING: {"color": COLOURS[0], "marker": "o", "markerfacecolor": COLOURS[0], "linestyle": "-"},
    "baseline": {"color": COLOURS[3], "marker": "s", "markerfacecolor": "white", "linestyle": "--"},
    "baseline_without_chroma": {"color": COLOURS[2], "marker": "^", "markerfacecolor": "white"},
    "mfcc_means": {"color": COLOURS[1], "marker": "D", "markerfacecolor": "white"},
    UNTRAINED: {"color": COLOURS[5], "marker": "v", "markerfacecolor": "white"},
}
CONDITIONS = {
    "all": "all pairs",
    "across_songs": "across\nsongs",
    "hardest": "hardest",
    "within_song": "within\na song",
    "easiest": "easiest",
}
TASKS = {"singer": "singer", "singer_cross_song": "singer,\nother songs", "song": "song"}
HEARD = {"singer": "singer, by singing heard", "singer_cross_song": "other songs only, by singing heard"}
# Room that the marks of one item take beside each other, so that none hides the interval of another.
SPREAD = 0.6

Item = tuple[str, dict[str, dict[str, float]]]


class Panel(NamedTuple):
    """One panel of the figure: items side by side, each with an estimate per kind of vectors."""

    title: str
    axis: str
    items: list[Item]
    joined: bool = False
    chance: list[float] | None = None


def draw_statistics(metrics: dict[str, Any], path: Path) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_statistics`."""
    save_figure(compose_statistics(metrics), path)


@house_style()
def compose_statistics(metrics: dict[str, Any]) -> Figure:
    """Draw six panels of estimates with their intervals.

    Parameters
    ----------
    metrics : dict
        As in metrics/statistics.json: `accuracy`, `gain`, `gain_over`, `chance`, `disentanglement`, `retrieval`,
        `verification` and `seconds`, whose leaves hold `value` and, where there is an interval, `low` and `high`. What
        is missing is left out of its panel; an empty panel has a note.

    Returns
    -------
    Figure
    """
    figure = blank(10.0, 6.6)
    panels = [_verification(metrics), _retrieval(metrics), _gain(metrics)]
    panels += [_heard(metrics, "singer"), _heard(metrics, "singer_cross_song"), _disentanglement(metrics)]
    for axes, panel in zip(figure.subplots(2, 3).flat, panels, strict=True):
        _draw(axes, panel)
    handles: dict[str, Any] = {}
    for axes in figure.axes:
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    if handles:
        figure.legend(handles.values(), handles, loc="outside lower center", ncols=len(handles))
    return figure


def _verification(metrics: dict[str, Any]) -> Panel:
    by_vectors = metrics["verification"]
    items = [
        (label, {vectors: its[condition]["eer"] for vectors, its in by_vectors.items()})
        for condition, label in CONDITIONS.items()
        if condition in by_vectors["embedding"]
    ]
    return Panel("same singer or not?", "equal error rate", items, chance=[0.5] * len(items))


def _retrieval(metrics: dict[str, Any]) -> Panel:
    by_vectors = metrics["retrieval"]
    asked = [task for task in TASKS if task in by_vectors["embedding"]]
    items = [
        (TASKS[task], {vectors: its[task]["map"] for vectors, its in by_vectors.items() if vectors in VECTORS})
        for task in asked
    ]
    chance = [by_vectors["chance"][task]["map"] for task in asked]
    return Panel("retrieval of the singer", "mean average precision", items, chance=chance)


def _gain(metrics: dict[str, Any]) -> Panel:
    over = metrics["gain_over"]
    items = [(TASKS[task], {vectors: its[task]["k01"] for vectors, its in over.items()}) for task in metrics["gain"]]
    return Panel("gain over each baseline, k = 1", "difference of accuracies", items, chance=[0.0] * len(items))


def _heard(metrics: dict[str, Any], task: str) -> Panel:
    title = f"{HEARD[task]}, k = 1"
    if task not in metrics["chance"]:
        return Panel(title, "accuracy", [])
    heard = [
        (key, {vectors: its[key][task] for vectors, its in metrics["seconds"].items()})
        for key in sorted(metrics["seconds"]["embedding"])
    ]
    items = [(f"{float(key[1:].replace('_', '.')):g} s", estimates) for key, estimates in heard]
    items.append(("whole", {vectors: metrics["accuracy"][vectors][task]["k01"] for vectors in metrics["seconds"]}))
    return Panel(title, "accuracy", items, joined=True, chance=[metrics["chance"][task]["k01"]] * len(items))


def _disentanglement(metrics: dict[str, Any]) -> Panel:
    items = [("", metrics["disentanglement"])] if metrics["disentanglement"] else []
    axis = "singer above chance\nless song above chance"
    return Panel("disentanglement, k = 1", axis, items, chance=[0.0] * len(items))


def _draw(axes: Axes, panel: Panel) -> None:
    axes.set(title=panel.title, ylabel=panel.axis)
    if not panel.items:
        axes.text(0.5, 0.5, "cannot be computed\non these performances", ha="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    places = np.arange(len(panel.items))
    shown = [vectors for vectors in VECTORS if any(vectors in its for _, its in panel.items)]
    for number, vectors in enumerate(shown):
        aside = SPREAD * ((number + 0.5) / len(shown) - 0.5)
        placed: list[tuple[float, dict[str, float]]] = [
            (float(place + aside), its[vectors])
            for place, (_, its) in zip(places, panel.items, strict=True)
            if vectors in its
        ]
        _draw_estimates(axes, placed, BASELINES.get(vectors, vectors), VECTORS[vectors], panel.joined)
    if panel.chance is not None:
        axes.hlines(panel.chance, places - 0.4, places + 0.4, colors="black", linestyles=":", label="chance")
    axes.set_xticks(places, [label for label, _ in panel.items])
    axes.set_xlim(-0.6, len(places) - 0.4)
    if axes.dataLim.y0 >= 0:
        axes.set_ylim(0, None)


def _draw_estimates(
    axes: Axes, placed: list[tuple[float, dict[str, float]]], name: str, look: dict[str, Any], joined: bool
) -> None:
    where = [place for place, _ in placed]
    value, low, high = (np.array([its.get(end, its["value"]) for _, its in placed]) for end in ("value", "low", "high"))
    shown = look if joined else look | {"linestyle": "none"}
    axes.errorbar(where, value, [value - low, high - value], capsize=3, linewidth=1, label=name, **shown)
