"""The course of training: loss beside that of a constant embedding, distances, active negatives, gradient norm."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from pipeline.figures.canvas import COLOURS, MOST_POINTS, blank, house_style, save_figure

DARK, LIGHT, BLACK = COLOURS[0], COLOURS[1], COLOURS[-1]
# Share of the steps in the window of a running mean
WINDOW_SHARE = 0.05

# The only loss that is validated by itself
PAIRS = "contrastive"

# Up to this number, each step is drawn as a dot too, since a line through one point is invisible
FEW_STEPS = 20


def draw_losses(history: pd.DataFrame, validation: pd.DataFrame, path: Path, loss: str) -> None:
    """Compose the figure and write it as PNG and SVG; see `compose_losses`."""
    save_figure(compose_losses(history, validation, loss), path)


@house_style()
def compose_losses(history: pd.DataFrame, validation: pd.DataFrame, loss: str = PAIRS) -> Figure:
    """Draw four panels over the training steps.

    Parameters
    ----------
    history : DataFrame
        One row per step; columns `step`, `loss`, `collapse` (loss of a constant embedding), `positive_distance`
        and `negative_distance` (mean squared distances D of the pairs), `active_negatives` (share of the
        pairs of different singers closer than the margin, 0 to 1) and `gradient_norm`.
    validation : DataFrame
        One row per validation; the same columns without `gradient_norm`. May be empty.
    loss : str
        Name of the loss. All but the contrastive loss are validated by the equal error rate, which has its own axis,
        and their negatives count as active if they are closer than the mean positive.

    Returns
    -------
    Figure
        Thin lines are single steps, thick lines their running means, markers the validations.
    """
    figure = blank(8.4, 6.4)
    (value, distance), (active, gradient) = figure.subplots(2, 2, sharex=True)
    window = max(1, round(WINDOW_SHARE * len(history)))
    _draw_curve(value, history, validation if loss == PAIRS else None, "loss", window=window)
    value.plot(history["step"], history["collapse"], color=BLACK, linestyle="--", marker=_dot(history))
    if loss != PAIRS:
        _draw_error(value.twinx(), validation)
    _draw_curve(distance, history, validation, "positive_distance", window=window)
    _draw_curve(distance, history, validation, "negative_distance", LIGHT, "s", window=window)
    _draw_curve(active, history, validation, "active_negatives", window=window)
    _draw_curve(gradient, history, None, "gradient_norm", window=window)
    value.set(title=f"{loss.replace('_', ' ')} loss", ylabel="loss", ylim=(0, None))
    distance.set(title="distance of the pairs", ylabel="mean squared distance D", ylim=(0, None))
    distance.legend(handles=[_line(DARK, "o", "same singer"), _line(LIGHT, "s", "different singers")])
    near = "within the margin" if loss == PAIRS else "nearer than the mean positive"
    active.set(title=f"negatives {near}", ylabel="share of negative pairs", ylim=(0, 1.04))
    gradient.set(title="gradient", ylabel="Euclidean norm")
    _scale_by_powers(gradient)
    for axes in (active, gradient):
        axes.set_xlabel("step (mini-batches)")
        axes.set_xlim(0, 1.03 * history["step"].max())
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    figure.legend(handles=_legend(window, bool(len(validation))), loc="outside lower center", ncols=4)
    return figure


def _draw_curve(
    axes: Axes,
    history: pd.DataFrame,
    validation: pd.DataFrame | None,
    column: str,
    colour: str = DARK,
    marker: str = "o",
    *,
    window: int,
) -> None:
    steps, values = history["step"], history[column]
    smooth = values.rolling(window, center=True, min_periods=1).mean()
    many = len(history) > MOST_POINTS
    axes.plot(steps, values, color=colour, linewidth=0.6, alpha=0.4, marker=_dot(history), rasterized=many)
    axes.plot(steps, smooth, color=colour, linewidth=1.6)
    if validation is not None:
        _draw_validations(axes, validation["step"], validation[column], marker, colour)


def _draw_error(axes: Axes, validation: pd.DataFrame) -> None:
    _draw_validations(axes, validation["step"], validation["loss"], "o", DARK)
    axes.set(ylabel="validation: equal error rate", ylim=(0, 0.52))
    axes.spines["right"].set_visible(True)


def _draw_validations(
    axes: Axes, steps: "pd.Series[int]", values: "pd.Series[float]", marker: str, colour: str
) -> None:
    """Draw markers over all else, whole also where they lie on an axis."""
    axes.plot(steps, values, marker, color=colour, markeredgecolor=BLACK, zorder=3, clip_on=False)


def _dot(history: pd.DataFrame) -> str:
    return "." if len(history) <= FEW_STEPS else ""


def _line(colour: str, marker: str, name: str) -> Line2D:
    return Line2D([], [], color=colour, marker=marker, markeredgecolor=BLACK, label=name)


def _scale_by_powers(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _legend(window: int, validated: bool) -> list[Line2D]:
    handles = [
        Line2D([], [], color=DARK, linewidth=0.6, alpha=0.4, label="one step"),
        Line2D([], [], color=DARK, linewidth=1.6, label=f"running mean of {window}"),
        Line2D([], [], color=BLACK, linestyle="--", label="constant embedding"),
    ]
    if validated:
        handles.append(
            Line2D([], [], color=DARK, linestyle="none", marker="o", markeredgecolor=BLACK, label="validation")
        )
    return handles
