from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from pipeline.figures.probe import CUT, compose_probe, draw_probe

COLUMNS = ["target", "vectors", "measure", "level", "value", "low", "high", "chance", "points", "singers"]


@pytest.fixture
def findings() -> pd.DataFrame:
    rows = [
        ("hnr_db", "embedding", "r2", "clip", 0.3, 0.1, 0.5, 0.0, 99, 20),
        ("hnr_db", "baseline", "r2", "clip", 0.7, 0.6, 0.8, 0.0, 99, 20),
        ("centroid_hz", "embedding", "r2", "clip", 0.6, 0.5, 0.7, 0.0, 99, 20),
        ("centroid_hz", "baseline", "r2", "clip", -3.0, -9.0, 0.2, 0.0, 99, 20),
        ("style_emotion", "embedding", "balanced_accuracy", "performance", 0.5, 0.4, 0.6, 0.25, 80, 20),
        ("style_emotion", "baseline", "balanced_accuracy", "performance", 0.3, 0.2, 0.4, 0.25, 80, 20),
        ("style_emotion", "mfcc_means", "balanced_accuracy", "performance", 0.2, 0.1, 0.3, 0.25, 80, 20),
        ("style_emotion", "untrained", "balanced_accuracy", "performance", 0.2, 0.1, 0.3, 0.25, 80, 20),
        ("singer", "ltas", "accuracy", "performance", 0.4, 0.3, 0.5, 0.05, 80, 20),
        ("singer", "embedding", "accuracy", "performance", 0.8, 0.7, 0.9, 0.05, 80, 20),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_panel_a_question_and_the_best_on_top(findings: pd.DataFrame) -> None:
    figure = compose_probe(findings)
    names = [[tick.get_text() for tick in axes.get_yticklabels()] for axes in figure.axes]
    assert names == [
        ["spectral centroid (Hz)", "harmonics to noise (dB)"],
        ["emotion"],
        ["embedding", "average spectrum"],
    ]
    assert all(axes.yaxis_inverted() for axes in figure.axes)
    assert [axes.get_xlabel() for axes in figure.axes] == ["R² (out of fold)", "balanced accuracy", "accuracy"]


def test_dots_and_intervals_show_the_figures(findings: pd.DataFrame) -> None:
    axes = compose_probe(findings).axes[0]
    (dots,) = [line for line in axes.lines if line.get_label() == "embedding"]
    assert np.asarray(dots.get_xdata()).tolist() == [0.3, 0.6]
    assert np.round(np.asarray(dots.get_ydata(), float)).tolist() == [1, 0]
    whiskers = [lines for lines in axes.collections if isinstance(lines, LineCollection)]
    ends = {(s[0][0], s[1][0]) for lines in whiskers for s in lines.get_segments() if s[0][1] == s[1][1]}
    assert ends == {(0.1, 0.5), (0.6, 0.8), (0.5, 0.7), (-0.5, 0.2)}


def test_what_lies_too_low_becomes_an_arrowhead_at_the_edge(findings: pd.DataFrame) -> None:
    arrows = [line for line in compose_probe(findings).axes[0].lines if line.get_marker() == "<"]
    assert [np.asarray(line.get_xdata()).tolist() for line in arrows] == [[-0.5]]


def test_embedding_and_baseline_differ_without_colour(findings: pd.DataFrame) -> None:
    lines = {line.get_label(): line for line in compose_probe(findings).axes[0].lines}
    assert lines["embedding"].get_marker() != lines["baseline"].get_marker()
    assert lines["baseline"].get_markerfacecolor() == "white"


def test_an_interval_that_goes_on_beyond_the_edge_has_a_mark_there(findings: pd.DataFrame) -> None:
    findings.loc[0, "low"] = -0.7
    axes = compose_probe(findings).axes[0]
    (marks,) = [line for line in axes.lines if line.get_marker() is CUT]
    (dots,) = [line for line in axes.lines if line.get_label() == "embedding"]
    assert np.asarray(marks.get_xdata()).tolist() == [-0.5]
    assert np.asarray(marks.get_ydata()).tolist() == np.asarray(dots.get_ydata()).tolist()[:1]
    names = {text.get_text() for text in compose_probe(findings).legends[0].get_texts()}
    assert {"interval goes on", "value farther left"} < names


def test_every_parameter_of_style_has_its_unit(findings: pd.DataFrame) -> None:
    units = {"style_scoop_cents": "scoop (cents)", "style_formant_2_shift": "formant 2 (factor)"}
    findings["target"] = findings["target"].replace(dict(zip(["hnr_db", "centroid_hz"], units, strict=True)))
    names = {tick.get_text() for tick in compose_probe(findings).axes[0].get_yticklabels()}
    assert names == set(units.values())


def test_the_legend_names_what_is_drawn(findings: pd.DataFrame) -> None:
    names = {text.get_text() for text in compose_probe(findings).legends[0].get_texts()}
    assert names == {"embedding", "baseline", "MFCC means", "chance", "value farther left"}


def test_nothing_to_show_is_said(findings: pd.DataFrame) -> None:
    figure = compose_probe(findings[:0])
    assert "nothing can be probed" in figure.texts[0].get_text()


@pytest.mark.slow
def test_png_is_the_same_to_the_byte(findings: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_probe(findings, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
