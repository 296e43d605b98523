from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.container import BarContainer, ErrorbarContainer

from pipeline.analysis.baselines import BASELINES
from pipeline.figures.knn import compose_knn, draw_knn

PNG = b"\x89PNG\r\n\x1a\n"
VECTORS = ["embedding", "baseline", "baseline_without_chroma", "mfcc_means", "untrained"]
SUBJECT = "80 performances, 20 singers, 4 songs"


@pytest.fixture
def accuracies() -> pd.DataFrame:
    rows = product(["singer", "singer_cross_song", "song"], [*VECTORS, "chance"], [7, 1, 3])
    table = pd.DataFrame(rows, columns=["label", "vectors", "k"])
    table["accuracy"] = [number / len(table) for number in range(len(table))]
    known = table["vectors"] != "chance"
    return table.assign(low=(table["accuracy"] - 0.1).where(known), high=(table["accuracy"] + 0.2).where(known))


def heights(axes: Axes, vectors: str) -> list[float]:
    (bars,) = [
        bars
        for bars in axes.containers
        if isinstance(bars, BarContainer) and bars.get_label() == BASELINES.get(vectors, vectors)
    ]
    return [bar.get_height() for bar in bars]


def test_panels_are_named_singers_left_songs_right(accuracies: pd.DataFrame) -> None:
    panels = compose_knn(accuracies, SUBJECT).axes
    assert [axes.get_title() for axes in panels] == ["singer", "singer, from other songs only", "song"]
    assert {axes.get_xlabel() for axes in panels} == {"neighbours k"}
    assert panels[0].get_ylabel() == "accuracy (share of performances)"
    assert [tick.get_text() for tick in panels[2].get_xticklabels()] == ["1", "3", "7"]


def test_bars_and_chance_show_the_accuracies_in_order_of_k(accuracies: pd.DataFrame) -> None:
    for axes, label in zip(compose_knn(accuracies, SUBJECT).axes, ["singer", "singer_cross_song", "song"], strict=True):
        rows = accuracies[accuracies["label"] == label].sort_values("k")
        for vectors in VECTORS:
            assert heights(axes, vectors) == rows[rows["vectors"] == vectors]["accuracy"].tolist()
        (chance,) = [lines for lines in axes.collections if lines.get_label() == "chance"]
        assert isinstance(chance, LineCollection)
        levels = [segment[0][1] for segment in chance.get_segments()]
        assert levels == rows[rows["vectors"] == "chance"]["accuracy"].tolist()


def test_whiskers_reach_from_low_to_high(accuracies: pd.DataFrame) -> None:
    axes = compose_knn(accuracies, SUBJECT).axes[0]
    whiskers = [its.lines[2][0] for its in axes.containers if isinstance(its, ErrorbarContainer)]
    ends = [segment[:, 1] for its in whiskers for segment in its.get_segments()]
    rows = accuracies[accuracies["label"] == "singer"].sort_values("k").set_index("vectors")
    expected = pd.concat([rows.loc[vectors] for vectors in VECTORS])[["low", "high"]]
    assert np.allclose(ends, expected)


def test_bars_without_interval_stand_without_whiskers(accuracies: pd.DataFrame) -> None:
    figure = compose_knn(accuracies.assign(low=np.nan, high=np.nan), SUBJECT)
    for axes in figure.axes:
        whiskers = [its.lines[2][0] for its in axes.containers if isinstance(its, ErrorbarContainer)]
        assert not [
            segment for its in whiskers for segment in its.get_segments() if segment.size and np.isfinite(segment).all()
        ]
        assert [text.get_text() for text in axes.texts] == [f"{height:.2f}" for height in heights(axes, "embedding")]


def test_vectors_differ_without_colour(accuracies: pd.DataFrame) -> None:
    bars = [its for its in compose_knn(accuracies, SUBJECT).axes[0].containers if isinstance(its, BarContainer)]
    assert len({its[0].get_hatch() for its in bars}) == len(bars) == len(VECTORS)


def test_a_baseline_that_is_not_there_leaves_no_gap(accuracies: pd.DataFrame) -> None:
    two = accuracies[accuracies["vectors"].isin(["embedding", "baseline", "chance"])]
    axes = compose_knn(two, SUBJECT).axes[0]
    bars = [its for its in axes.containers if isinstance(its, BarContainer)]
    first, second = (its[0] for its in bars)
    assert first.get_x() + first.get_width() == pytest.approx(second.get_x())


def test_legend_and_subject(accuracies: pd.DataFrame) -> None:
    figure = compose_knn(accuracies, SUBJECT)
    names = {text.get_text() for text in figure.legends[0].get_texts()}
    assert names == {"embedding", "chance", *BASELINES.values()}
    assert figure.get_suptitle() == f"leave-one-out nearest neighbours among {SUBJECT}"


def test_a_panel_that_cannot_be_computed_says_so(accuracies: pd.DataFrame) -> None:
    figure = compose_knn(accuracies[accuracies["label"] == "singer"], SUBJECT)
    said = ["".join(text.get_text() for text in axes.texts) for axes in figure.axes]
    assert "cannot" not in said[0]
    assert said[1:] == ["cannot be computed\non these performances"] * 2
    assert compose_knn(accuracies[:0], SUBJECT).legends == []


@pytest.mark.slow
def test_png_is_the_same_to_the_byte(accuracies: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_knn(accuracies, SUBJECT, tmp_path / name)
    first = (tmp_path / "one.png").read_bytes()
    assert first.startswith(PNG)
    assert b"Software" not in first
    assert first == (tmp_path / "two.png").read_bytes()


def test_no_number_lies_upon_the_line_of_chance(accuracies: pd.DataFrame) -> None:
    """A number takes 0.055 above a whisker: one that ends at 0.30 would have its number across a chance of 0.33."""
    song = (accuracies["label"] == "song") & (accuracies["k"] == 3)
    embedding, chance = (song & (accuracies["vectors"] == name) for name in ("embedding", "chance"))
    for top, line, start in ((0.30, 0.33, 0.33), (0.36, 0.33, 0.36), (0.20, 0.33, 0.20)):
        accuracies.loc[embedding, ["accuracy", "low", "high"]] = 0.1, 0.0, top
        accuracies.loc[chance, "accuracy"] = line
        numbers = {text.get_text(): text for text in compose_knn(accuracies, "x").axes[2].texts}
        assert numbers["0.10"].xy[1] == start  # type: ignore[attr-defined]
