from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.legend import Legend

from pipeline.figures.tsne import compose_tsne, draw_tsne

ODD_NAMES = ["$\\frac$", "_hidden", "Þórunn", "王菲", "a name that is much too long for any legend"]


def points(singers: list[str], songs: list[str]) -> pd.DataFrame:
    rows = pd.DataFrame(product(["baseline", "embedding"], singers, songs), columns=["vectors", "singer", "song"])
    x, y = np.random.default_rng(0).normal(size=(2, len(rows)))
    return rows.assign(x=x, y=y)


@pytest.fixture
def odd() -> pd.DataFrame:
    return points(ODD_NAMES, ["song 1", "song 2"])


def legend(axes: Axes) -> Legend:
    found = axes.get_legend()
    assert found is not None
    return found


def names(axes: Axes) -> list[str]:
    return [text.get_text() for text in legend(axes).get_texts()]


def test_panels_are_baseline_above_embedding_singer_beside_song(odd: pd.DataFrame) -> None:
    panels = compose_tsne(odd).axes[:4]
    assert [axes.get_title() for axes in panels] == [
        "baseline, by singer",
        "baseline, by song",
        "embedding, by singer",
        "embedding, by song",
    ]
    assert {(axes.get_xlabel(), axes.get_ylabel()) for axes in panels} == {("t-SNE 1 (no unit)", "t-SNE 2 (no unit)")}


def test_each_panel_shows_its_points_by_name(odd: pd.DataFrame) -> None:
    panels = compose_tsne(odd).axes
    for axes, (vectors, by) in zip(panels, product(["baseline", "embedding"], ["singer", "song"]), strict=False):
        rows = odd[odd["vectors"] == vectors]
        for drawn, (_, its) in zip(axes.collections, rows.groupby(by), strict=True):
            np.testing.assert_array_equal(drawn.get_offsets(), its[["x", "y"]])


def test_legend_names_everyone_even_oddly_named(odd: pd.DataFrame) -> None:
    by_singer, by_song = compose_tsne(odd).axes[4:]
    assert names(by_singer) == [
        "$\\frac$",
        "_hidden",
        "a name that is…or any legend",
        "Þórunn",
        r"\u738b\u83f2",
    ]
    assert names(by_song) == ["song 1", "song 2"]
    assert [legend(axes).get_title().get_text() for axes in (by_singer, by_song)] == ["singer", "song"]


def test_colour_with_marker_tells_all_names_apart(odd: pd.DataFrame) -> None:
    many = points([f"singer {number:02d}" for number in range(19)], ["song"])
    handles = legend(compose_tsne(many).axes[4]).legend_handles
    looks = {(to_hex(handle.get_color()), handle.get_marker()) for handle in handles}  # type: ignore[union-attr]
    assert len(looks) == 19
    few = legend(compose_tsne(odd).axes[4]).legend_handles
    assert len({handle.get_marker() for handle in few}) == len(ODD_NAMES)  # type: ignore[union-attr]


def test_a_long_legend_is_cut_and_counted() -> None:
    by_singer = compose_tsne(points([f"singer {number:02d}" for number in range(30)], ["song"])).axes[4]
    assert names(by_singer)[18:] == ["singer 18", "and 11 more"]


def test_thousands_of_clips_are_a_picture_within_an_svg() -> None:
    few = points([f"singer {number:02d}" for number in range(3)], ["song"])
    many = pd.concat([few] * (2001 // len(few[few["vectors"] == "embedding"]) + 1))
    for clips, rasterised in ((few, False), (many, True)):
        dots = [one for axes in compose_tsne(clips).axes[:4] for one in axes.collections]
        assert {bool(one.get_rasterized()) for one in dots} == {rasterised}


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
def test_png_is_the_same_to_the_byte(odd: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_tsne(odd, tmp_path / name)
    first = (tmp_path / "one.png").read_bytes()
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert first == (tmp_path / "two.png").read_bytes()
