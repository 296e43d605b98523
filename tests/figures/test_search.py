from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from pipeline.figures.search import compose_search, draw_search

TRIALS = pd.DataFrame(
    {
        "loss": [0.3, np.nan, 0.4, 0.2],
        "train.learning_rate": [1e-5, 1e-3, 1e-4, 3e-4],
        "network.dropout": [0.1, 0, 0.2, 0.3],
    }
)
SPANS = {"train.learning_rate": (1e-5, 1e-3, True), "network.dropout": (0.0, 0.5, False)}


def points(axes: Axes, name: str) -> list[tuple[float, float]]:
    (line,) = [line for line in axes.lines if line.get_label() == name]
    xs, ys = (np.asarray(values, np.float64).tolist() for values in (line.get_xdata(), line.get_ydata()))
    return [(x, y) for x, y in zip(xs, ys, strict=True) if not np.isnan(y)]


def test_best_so_far_falls_and_passes_over_failures() -> None:
    axes = compose_search(TRIALS, SPANS).axes[0]
    assert points(axes, "best so far") == [(1, 0.3), (2, 0.3), (3, 0.3), (4, 0.2)]
    assert points(axes, "trial") == [(1, 0.3), (3, 0.4), (4, 0.2)]
    assert points(axes, "failed") == [(2, 0)]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("trial", "validation loss")


def test_each_parameter_has_a_panel_on_its_scale() -> None:
    _, rate, dropout = compose_search(TRIALS, SPANS).axes
    assert (rate.get_xlabel(), rate.get_xscale()) == ("train.learning_rate", "log")
    assert (dropout.get_xlabel(), dropout.get_xscale()) == ("network.dropout", "linear")
    assert points(rate, "trial") == [(1e-5, 0.3), (1e-4, 0.4), (3e-4, 0.2)]
    assert points(rate, "failed") == [(1e-3, 0)]


def test_the_whole_span_shows_and_ticks_are_plain_numbers() -> None:
    figure = compose_search(TRIALS, SPANS)
    figure.draw_without_rendering()
    for axes, (low, high, _) in zip(figure.axes[1:], SPANS.values(), strict=True):
        left, right = axes.get_xlim()
        assert left < low < high < right
        said = [tick.get_text() for tick in axes.get_xticklabels()]
        assert [float(text.replace("\N{MINUS SIGN}", "-")) for text in said] == pytest.approx(list(axes.get_xticks()))
        assert not any(tick.get_text() for tick in axes.get_xticklabels(minor=True))


@pytest.mark.slow
def test_a_search_whose_trials_all_failed_can_be_drawn(tmp_path: Path) -> None:
    draw_search(TRIALS.assign(loss=np.nan), SPANS, tmp_path / "search.png")
    assert (tmp_path / "search.png").read_bytes().startswith(b"\x89PNG")
