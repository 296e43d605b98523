from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.figures.losses import compose_losses, draw_losses

LOSS, DISTANCE, ACTIVE, GRADIENT = range(4)


@pytest.fixture
def history() -> pd.DataFrame:
    step = np.arange(1, 101)
    columns = {"loss": 0.3, "collapse": 0.25, "positive_distance": 0.2, "negative_distance": 0.9}
    columns |= {"active_negatives": 0.5, "gradient_norm": 2.0}
    ripple = 1 + 0.1 * np.sin(step)
    table = pd.DataFrame({name: level * (ripple if name != "collapse" else 1) for name, level in columns.items()}, step)
    return table.rename_axis("step").reset_index()


@pytest.fixture
def validation(history: pd.DataFrame) -> pd.DataFrame:
    return history.iloc[[49, 99]].drop(columns="gradient_norm")


def is_drawn(axes: Axes, steps: pd.Series, values: pd.Series) -> bool:
    wanted = np.column_stack([steps, values])
    return any(np.array_equal(line.get_xydata(), wanted) for line in axes.lines)


def test_axes_are_named(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    panels = compose_losses(history, validation).axes
    assert [axes.get_title() for axes in panels] == [
        "contrastive loss",
        "distance of the pairs",
        "negatives within the margin",
        "gradient",
    ]
    assert [axes.get_ylabel() for axes in panels] == [
        "loss",
        "mean squared distance D",
        "share of negative pairs",
        "Euclidean norm",
    ]
    assert {axes.get_xlabel() for axes in panels[ACTIVE:]} == {"step (mini-batches)"}
    assert panels[GRADIENT].get_yscale() == "log"


def test_every_step_and_every_validation_is_drawn(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    panels = compose_losses(history, validation).axes
    where = {
        "loss": LOSS,
        "positive_distance": DISTANCE,
        "negative_distance": DISTANCE,
        "active_negatives": ACTIVE,
    }
    for column, panel in where.items():
        assert is_drawn(panels[panel], history["step"], history[column])
        assert is_drawn(panels[panel], validation["step"], validation[column])
    assert is_drawn(panels[GRADIENT], history["step"], history["gradient_norm"])
    assert is_drawn(panels[LOSS], history["step"], history["collapse"])


def test_a_validation_at_the_edge_is_drawn_whole(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    validation["active_negatives"] = 0.0
    lines = compose_losses(history, validation).axes[ACTIVE].lines
    assert [line.get_clip_on() for line in lines if line.get_marker() == "o"] == [False]


def test_thousands_of_steps_are_a_picture_within_an_svg(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    many = pd.concat([history] * 21, ignore_index=True).assign(step=np.arange(1, 2101))
    for table, rasterised in ((history, 0), (many, 1)):
        lines = compose_losses(table, validation).axes[GRADIENT].lines
        assert sum(bool(line.get_rasterized()) for line in lines) == rasterised


def test_running_mean_is_centred_and_shorter_at_the_ends(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    values = history["loss"].to_numpy()  # 100 steps: windows of 5
    smooth = [np.mean(values[max(0, at - 2) : at + 3]) for at in range(100)]
    lines = compose_losses(history, validation).axes[LOSS].lines
    assert any(len(line.get_ydata()) == 100 and np.allclose(line.get_ydata(), smooth) for line in lines)  # type: ignore[arg-type]


def test_a_loss_over_groups_has_its_own_name_and_an_axis_for_the_error_rate(
    history: pd.DataFrame, validation: pd.DataFrame
) -> None:
    error = validation.assign(loss=[0.31, 0.12])
    panels = compose_losses(history, error, "supervised_contrastive").axes
    assert panels[LOSS].get_title() == "supervised contrastive loss"
    assert panels[ACTIVE].get_title() == "negatives nearer than the mean positive"
    assert panels[-1].get_ylabel() == "validation: equal error rate"
    assert is_drawn(panels[-1], error["step"], error["loss"])
    assert not is_drawn(panels[LOSS], error["step"], error["loss"])


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_legends_name_lines_and_markers(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    figure = compose_losses(history, validation)
    assert legend(figure) == ["one step", "running mean of 5", "constant embedding", "validation"]
    shown = figure.axes[DISTANCE].get_legend()
    assert shown is not None
    assert [text.get_text() for text in shown.get_texts()] == ["same singer", "different singers"]
    markers = {line.get_marker() for line in figure.axes[DISTANCE].lines}
    assert {"o", "s"} <= markers


def test_without_validation_the_legend_has_none(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    assert "validation" not in legend(compose_losses(history, validation[:0]))


def test_a_single_step_can_be_seen(history: pd.DataFrame, validation: pd.DataFrame) -> None:
    for axes in compose_losses(history[:1], validation[:0]).axes:
        assert any(line.get_marker() == "." for line in axes.lines)


@pytest.mark.slow
def test_png_is_the_same_to_the_byte(history: pd.DataFrame, validation: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_losses(history, validation, tmp_path / name, "contrastive")
    first = (tmp_path / "one.png").read_bytes()
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert first == (tmp_path / "two.png").read_bytes()
