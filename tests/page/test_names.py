"""The singers' names on the map of a small choir, in a real browser."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from singing_style.choir_map import draw_map
from singing_style.voice_index import VoiceIndex
from tests.page.test_browser import brightness
from tests.singing_style.made_up import tiny_model, voice

pytestmark = pytest.mark.pipeline

OpenPage = Callable[..., Page]
WritePage = Callable[..., tuple[Path, str]]

SINGERS = ("Ann", "Bo", "Cleo", "Desdemona of the Altos", "Eve", "Fay")
TAKES = 4
# Every name with its box, every point, and the size of the map, in pixels.
SEEN = """() => {
  const plot = Bokeh.documents[0].roots()[0];
  const {frame} = [...Bokeh.index].find((one) => one.model === plot);
  const place = (x, y) => [frame.x_scale.compute(x) - frame.bbox.left, frame.y_scale.compute(y) - frame.bbox.top];
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "bold 12px system-ui, sans-serif";
  const names = plot.renderers[3].data_source.data, points = plot.renderers[0].data_source.data;
  return {
    names: names.text.map((text, row) => [text, ...place(names.x[row], names.y[row]), pen.measureText(text).width]),
    points: points.embedding_x.map((x, row) => place(x, points.embedding_y[row])),
    size: [frame.bbox.width, frame.bbox.height],
  };
}"""
SETTLED = 300


@pytest.fixture(scope="module")
def choir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Map six singers whose takes lie close together, and whose recordings are gone."""
    folder, model = tmp_path_factory.mktemp("six"), tiny_model()
    random = np.random.default_rng(0)
    centres = random.normal(size=(len(SINGERS), 4))
    voices = [
        voice(f"{singer}/{take}.wav", singer, *(centres[place] + random.normal(scale=0.05, size=4)))
        for place, singer in enumerate(SINGERS)
        for take in range(TAKES)
    ]
    index = VoiceIndex(model.identity, tuple(voices))
    index.save(folder / "six.npz")
    draw_map(index, model, {}, folder / "six.html", source=folder / "six.npz")
    return folder / "six.html"


def look_at(page: Page) -> dict[str, Any]:
    page.wait_for_timeout(SETTLED)
    seen: dict[str, Any] = page.evaluate(SEEN)
    return seen


@pytest.mark.parametrize("width", [1500, 390])
def test_each_singer_is_named_once_beside_her_own_points_and_no_name_covers_another(
    choir: Path, open_page: OpenPage, width: int
) -> None:
    seen = look_at(open_page(choir, viewport={"width": width, "height": 800}))
    names, points = seen["names"], np.array(seen["points"])
    assert sorted(name for name, *_ in names) == list(SINGERS)
    for (_, x, y, wide), (_, other_x, other_y, other_wide) in combinations(names, 2):
        assert abs(x - other_x) > (wide + other_wide) / 2 or abs(y - other_y) > 15
    for name, x, y, wide in names:
        assert wide / 2 <= x <= seen["size"][0] - wide / 2
        beside = np.maximum(np.abs(points[:, 0] - x) - wide / 2, 0)
        nearest = np.hypot(beside, np.maximum(np.abs(points[:, 1] - y) - 7.5, 0)).argmin()
        assert SINGERS[nearest // TAKES] == name


@pytest.mark.parametrize("width", [1500, 800, 390])
def test_the_axes_fit_the_points(choir: Path, open_page: OpenPage, width: int) -> None:
    seen = look_at(open_page(choir, viewport={"width": width, "height": 800}))
    spread = np.ptp(np.array(seen["points"]), axis=0) / seen["size"]
    # a tenth is left free around them
    assert spread == pytest.approx(np.array([1, 1]) / 1.1, abs=0.02)


def test_names_follow_the_legend_and_the_search(choir: Path, open_page: OpenPage) -> None:
    page = open_page(choir)
    page.get_by_role("group", name="Legend: singer").get_by_role("button", name="Bo").click()
    assert {name for name, *_ in look_at(page)["names"]} == set(SINGERS) - {"Bo"}
    page.get_by_role("combobox", name="Search", exact=True).fill("eve")
    expect(page.locator("#filter-result")).to_have_text("4 of 24 performances match")
    assert [name for name, *_ in look_at(page)["names"]] == ["Eve"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_are_legible_in_light_and_dark(choir: Path, open_page: OpenPage, scheme: str) -> None:
    page = open_page(choir, color_scheme=scheme)
    glyph = "Bokeh.documents[0].roots()[0].renderers[3].glyph"
    text, ground = (page.evaluate(f"{glyph}.{name}.value") for name in ("text_color", "background_fill_color"))
    assert abs(brightness(text) - brightness(ground)) > 150


def test_where_there_are_many_singers_the_map_is_as_it_was(write_page: WritePage, open_page: OpenPage) -> None:
    page = open_page(write_page(singers=tuple(f"S{number:02}" for number in range(15)), songs=("ode", "air"))[0])
    plots = page.evaluate("Bokeh.documents[0].roots().map((plot) => [plot.renderers.length, plot.match_aspect])")
    assert plots == [[3, True], [3, True]]
