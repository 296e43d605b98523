from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer, ErrorbarContainer

from pipeline.figures.paper import compose_paper, draw_paper

VARIANTS = ["mel with attention", "mel without attention", "cqt with attention", "cqt without attention", "baseline"]
TASKS = ["singer", "singer_cross_song", "song"]


@pytest.fixture
def accuracies() -> pd.DataFrame:
    table = pd.DataFrame(product([*VARIANTS, "chance"], TASKS, [7, 1]), columns=["variant", "task", "k"])
    table["mean"] = [0.05 + 0.8 * number / len(table) for number in range(len(table))]
    return table.assign(low=table["mean"] - 0.05, high=table["mean"] + 0.1)


def bars(axes: Axes) -> dict[str, BarContainer]:
    return {str(its.get_label()): its for its in axes.containers if isinstance(its, BarContainer)}


def test_bars_are_the_means_in_order_of_k(accuracies: pd.DataFrame) -> None:
    for axes, task in zip(compose_paper(accuracies, "demo").axes, TASKS, strict=True):
        assert list(bars(axes)) == VARIANTS
        for variant, its in bars(axes).items():
            rows = accuracies[(accuracies["variant"] == variant) & (accuracies["task"] == task)].sort_values("k")
            assert [bar.get_height() for bar in its] == rows["mean"].tolist()


def test_bars_of_a_group_do_not_overlap(accuracies: pd.DataFrame) -> None:
    axes = compose_paper(accuracies, "demo").axes[0]
    edges = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for its in bars(axes).values() for bar in its)
    assert all(right <= left + 1e-9 for (_, right), (left, _) in pairwise(edges))


def test_whiskers_reach_from_the_least_to_the_greatest_seed(accuracies: pd.DataFrame) -> None:
    axes = compose_paper(accuracies, "demo").axes[0]
    whiskers = [its.lines[2][0] for its in axes.containers if isinstance(its, ErrorbarContainer)]
    ends = [segment[:, 1] for its in whiskers for segment in its.get_segments()]
    rows = accuracies[(accuracies["task"] == "singer") & (accuracies["variant"] != "chance")]
    expected = [rows[rows["variant"] == name].sort_values("k")[["low", "high"]] for name in VARIANTS]
    assert np.allclose(ends, pd.concat(expected))


def test_variants_differ_without_colour(accuracies: pd.DataFrame) -> None:
    its = bars(compose_paper(accuracies, "demo").axes[0])
    assert len({one[0].get_hatch() for one in its.values()}) == len(VARIANTS)
    grey = [np.dot(to_rgb(one[0].get_facecolor()), [0.299, 0.587, 0.114]) for one in its.values()]
    assert np.diff(sorted(grey)).min() > 0.05


def test_a_variant_that_is_missing_leaves_its_place(accuracies: pd.DataFrame) -> None:
    gone = (accuracies["variant"] == "cqt with attention") & (accuracies["task"] == "song")
    panels = compose_paper(accuracies[~gone], "demo").axes
    assert "cqt with attention" not in bars(panels[2])
    assert "cqt with attention" in bars(panels[0])


def test_axes_are_named_and_an_empty_panel_says_so(accuracies: pd.DataFrame) -> None:
    figure = compose_paper(accuracies[accuracies["task"] != "song"], "demo, 2 seeds")
    assert figure.get_suptitle() == "demo, 2 seeds"
    assert {axes.get_xlabel() for axes in figure.axes} == {"neighbours k"}
    assert figure.axes[0].get_ylabel() == "accuracy (share of performances)"
    assert [text.get_text() for text in figure.axes[2].texts] == ["cannot be computed\non these performances"]


@pytest.mark.slow
def test_png_is_the_same_to_the_byte(accuracies: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_paper(accuracies, "demo", tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
