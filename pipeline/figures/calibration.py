"""Whether the probability of the same singer can be trusted, and the distances that it rests on."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure
from pipeline.model.calibration import BINS, Reliability

SAME, DIFFERENT, LINE = COLOURS[0], COLOURS[3], COLOURS[-1]
LARGEST_DOT = 500.0
# Number of bars in the histogram of distances
COUNTED = 40


def draw_calibration(
    reliability: Reliability,
    distances: NDArray[np.float64],
    same_singer: NDArray[np.bool_],
    weights: NDArray[np.float64],
    curve: tuple[NDArray[np.float64], NDArray[np.float64]],
    threshold: float,
    path: Path,
) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_calibration`."""
    save_figure(compose_calibration(reliability, distances, same_singer, weights, curve, threshold), path)


@house_style()
def draw_unjudged(reason: str, path: Path) -> None:
    """Write a figure that says why there is nothing to draw."""
    figure = blank(8.4, 1.2)
    figure.text(0.5, 0.5, f"not judged: {reason}", ha="center", va="center", wrap=True)
    save_figure(figure, path)


@house_style()
def compose_calibration(
    reliability: Reliability,
    distances: NDArray[np.float64],
    same_singer: NDArray[np.bool_],
    weights: NDArray[np.float64],
    curve: tuple[NDArray[np.float64], NDArray[np.float64]],
    threshold: float,
) -> Figure:
    """Draw two panels.

    Parameters
    ----------
    reliability : Reliability
        Reliability of the pairs' probabilities.
    distances, weights : ndarray of float64, shape (m,)
    same_singer : ndarray of bool, shape (m,)
    curve : tuple of two ndarray of float64, shape (k,)
        Distances, ascending, and the probability of the same singer at each.
    threshold : float
        Distance at which both error rates are equal.

    Returns
    -------
    Figure
        Left: the share of pairs by one singer against the probability; the area of a dot is its share of the pairs.
        Right: the distances of both kinds of pairs under the curve of the probability.
    """
    figure = blank(8.4, 3.9)
    believed, reasons = figure.subplots(1, 2)
    _draw_reliability(believed, reliability)
    _draw_distances(reasons, distances, same_singer, weights, float(curve[0][-1]))
    reasons.plot(*curve, color=LINE, linewidth=1.6, label="probability of the same singer")
    reasons.axvline(threshold, color=LINE, linewidth=0.8, linestyle=":", label="threshold of equal errors")
    figure.legend(*reasons.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _draw_reliability(axes: Axes, reliability: Reliability) -> None:
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=0.8, linestyle="--")
    axes.plot(reliability.predicted, reliability.observed, color=SAME, linewidth=1.0)
    axes.scatter(
        reliability.predicted,
        reliability.observed,
        s=LARGEST_DOT * reliability.weight / reliability.weight.max(),
        color=SAME,
        edgecolor=LINE,
        linewidth=0.6,
        alpha=0.7,
        zorder=3,
        clip_on=False,
    )
    axes.set(
        title="is the probability borne out?",
        xlabel=(
            "probability of the same singer\n"
            f"off by {reliability.calibration_error:.2f} on average; log loss {reliability.log_loss:.2f}"
        ),
        ylabel="share of pairs by one singer",
        xlim=(-0.04, 1.04),
        ylim=(-0.04, 1.04),
        aspect="equal",
    )
    axes.set_xticks(np.linspace(0, 1, BINS // 2 + 1))
    found = Line2D(
        [], [], color=SAME, linewidth=1.0, marker="o", markeredgecolor=LINE, label="found; area: share of pairs"
    )
    foretold = Line2D([], [], color=LINE, linewidth=0.8, linestyle="--", label="as the probability says")
    axes.legend(handles=[found, foretold], loc="upper left", fontsize="small")


def _draw_distances(
    axes: Axes,
    distances: NDArray[np.float64],
    same_singer: NDArray[np.bool_],
    weights: NDArray[np.float64],
    furthest: float,
) -> None:
    edges = np.linspace(0, furthest, COUNTED + 1)
    kinds = ((True, SAME, "same singer"), (False, DIFFERENT, "different singers"))
    counts = [
        np.histogram(distances[same_singer == kind], edges, weights=weights[same_singer == kind])[0]
        for kind, *_ in kinds
    ]
    highest = max(count.max() for count in counts)
    for count, (_, colour, name) in zip(counts, kinds, strict=True):
        axes.stairs(count / highest, edges, fill=True, color=colour, alpha=0.45, label=name)
    axes.set(
        title="from which distances it is computed",
        xlabel="distance of two performances",
        ylabel="probability; pairs (highest bar = 1)",
        xlim=(0, furthest),
        ylim=(0, 1.04),
    )
