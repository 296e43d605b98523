from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer

from pipeline.analysis.baselines import BASELINES
from pipeline.figures.statistics import compose_statistics, draw_statistics

OTHERS = [name for name in BASELINES if name != "baseline"]
NOT = "cannot be computed\non these performances"


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.05}


@pytest.fixture
def metrics() -> dict[str, Any]:
    def by_vectors(value: float, wrap: Any) -> dict[str, Any]:
        return {"embedding": wrap(value), "baseline": wrap(value + 0.1)}

    def by_all(value: float, wrap: Any) -> dict[str, Any]:
        return by_vectors(value, wrap) | {name: wrap(value + 0.2) for name in OTHERS}

    tasks = ("singer", "singer_cross_song", "song")
    return {
        "accuracy": by_all(0.5, lambda v: {task: {"k01": estimate(v)} for task in tasks}),
        "gain": {task: {"k01": estimate(-0.2)} for task in tasks},
        "gain_over": {name: {task: {"k01": estimate(-0.2)} for task in tasks} for name in BASELINES},
        "chance": {task: {"k01": 0.05} for task in tasks},
        "disentanglement": by_all(0.3, estimate),
        "retrieval": by_all(0.6, lambda v: {task: {"map": estimate(v)} for task in tasks[:2]})
        | {"chance": {task: {"map": 0.07} for task in tasks[:2]}},
        "verification": by_all(0.2, lambda v: {name: {"eer": estimate(v)} for name in ("all", "hardest")}),
        "seconds": by_vectors(
            0.4, lambda v: {key: {task: estimate(v) for task in tasks} for key in ("s006_0", "s012_5")}
        ),
    }


def ends(axes: Axes, vectors: str) -> list[list[float]]:
    (drawn,) = [
        its
        for its in axes.containers
        if isinstance(its, ErrorbarContainer) and its.get_label() == BASELINES.get(vectors, vectors)
    ]
    return [segment[:, 1].tolist() for segment in drawn.lines[2][0].get_segments()]


def test_every_panel_has_named_axes_and_estimates_with_intervals(metrics: dict[str, Any]) -> None:
    panels = compose_statistics(metrics).axes
    assert len({axes.get_title() for axes in panels}) == len(panels) == 6
    assert all(axes.get_ylabel() for axes in panels)
    labels = [[tick.get_text() for tick in axes.get_xticklabels()] for axes in panels]
    assert labels[0] == ["all pairs", "hardest"]
    assert labels[3] == labels[4] == ["6 s", "12.5 s", "whole"]
    assert np.allclose(ends(panels[0], "embedding"), [[0.1, 0.25]] * 2)
    assert np.allclose(ends(panels[0], "baseline"), [[0.2, 0.35]] * 2)
    assert np.allclose(ends(panels[1], "baseline"), [[0.6, 0.75]] * 2)
    assert np.allclose(ends(panels[2], "mfcc_means"), [[-0.3, -0.15]] * 3)
    assert np.allclose(ends(panels[3], "embedding"), [[0.3, 0.45], [0.3, 0.45], [0.4, 0.55]])
    assert np.allclose(ends(panels[5], "baseline"), [[0.3, 0.45]])
    assert np.allclose(ends(panels[5], "untrained"), [[0.4, 0.55]])


def test_marks_of_one_item_stand_beside_each_other_and_have_shapes_of_their_own(metrics: dict[str, Any]) -> None:
    for axes in compose_statistics(metrics).axes[:3]:
        drawn = [its for its in axes.containers if isinstance(its, ErrorbarContainer)]
        places = [float(np.asarray(its.lines[0].get_xdata(), np.float64)[0]) for its in drawn]
        assert len(set(places)) == len({its.lines[0].get_marker() for its in drawn}) == len(drawn) >= 4
        assert max(places) - min(places) < 0.6


def test_embedding_and_baseline_differ_without_colour(metrics: dict[str, Any]) -> None:
    drawn = [its for its in compose_statistics(metrics).axes[3].containers if isinstance(its, ErrorbarContainer)]
    looks = {(its.lines[0].get_marker(), its.lines[0].get_linestyle()) for its in drawn}
    assert looks == {("o", "-"), ("s", "--")}


def test_what_cannot_be_computed_says_so(metrics: dict[str, Any]) -> None:
    bare = deepcopy(metrics)
    for gone in ("gain", "chance", "disentanglement"):
        bare[gone] = {}
    for vectors in ("embedding", *BASELINES):
        bare["verification"][vectors] = bare["retrieval"][vectors] = {}
    bare["seconds"] = {"embedding": {}, "baseline": {}}
    figure = compose_statistics(bare)
    assert [[text.get_text() for text in axes.texts] for axes in figure.axes] == [[NOT]] * 6
    assert figure.legends == []


def test_estimates_without_interval_are_drawn(metrics: dict[str, Any]) -> None:
    for leaf in (*metrics["disentanglement"].values(),):
        del leaf["low"], leaf["high"]
    assert np.allclose(ends(compose_statistics(metrics).axes[5], "embedding"), [[0.3, 0.3]])


@pytest.mark.slow
def test_png_is_the_same_to_the_byte(metrics: dict[str, Any], tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_statistics(metrics, tmp_path / name)
    first = (tmp_path / "one.png").read_bytes()
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert first == (tmp_path / "two.png").read_bytes()
