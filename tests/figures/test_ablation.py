from typing import Any

import numpy as np
import pytest

from pipeline.figures.ablation import PANELS, compose_ablation

ROW: dict[str, Any] = {name: {"value": 0.2, "low": 0.1, "high": 0.4} for name in PANELS} | {"eer_by_seed": [0.1, 0.3]}
ALONE: dict[str, Any] = {name: {"value": 0.5} for name in PANELS} | {"eer_by_seed": [0.5]}


@pytest.mark.slow
def test_rows_stand_from_the_top_down_with_point_interval_and_seeds() -> None:
    figure = compose_ablation({"the paper's loss, pairs across songs": ROW, "alone": ALONE})
    error = figure.axes[0]
    assert [label.get_text() for label in error.get_yticklabels()] == ["the paper's loss, pairs across songs", "alone"]
    assert error.yaxis_inverted()
    drawn = [np.asarray(line.get_xdata()).tolist() for line in error.get_lines()]
    assert drawn == [[10, 40], [20], pytest.approx([10, 30]), [50], [50]]
    assert [len(axes.get_lines()) for axes in figure.axes[1:]] == [5, 5]


def test_every_mark_has_a_word() -> None:
    (legend,) = compose_ablation({"alone": ALONE}).legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "mean over the seeds",
        "interval over singers",
        "each seed",
    ]
