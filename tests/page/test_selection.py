"""What a reader selects, in a real browser: distances, two voices side by side, links, the legend, phone and dark."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from pipeline.analysis.collection import Collection
from tests.page.test_browser import RINGED, SPOT, brightness, playing

pytestmark = pytest.mark.pipeline

OpenPage = Callable[..., Page]
WritePage = Callable[..., tuple[Path, str]]

ALPHA = "Bokeh.documents[0].roots()[0].renderers[0].data_source.data.alpha"
LASSO = "rows => { Bokeh.documents[0].roots()[0].renderers[0].data_source.selected.indices = rows; }"
GATHERED = "Bokeh.documents[0].roots()[0].renderers[0].data_source.selected.indices.length"


@pytest.fixture(scope="module")
def choir(write_page: WritePage) -> Path:
    return write_page()[0]


@pytest.fixture
def page(choir: Path, open_page: OpenPage) -> Page:
    return open_page(choir)


def choose(page: Page, name: str) -> None:
    page.locator("#performance-list button", has_text=name).click()
    expect(page.locator("#detail-title")).to_have_text(name.split(",")[0])


def test_neighbours_are_listed_with_their_distances(page: Page, choir: Path) -> None:
    page.get_by_label("a performance").check()
    choose(page, "Ann, ode")
    held = Collection.load(choir.parents[1] / "data/embeddings/performances.npz")
    distances = np.linalg.norm(held.vectors.astype(np.float64) - held.vectors[0], axis=1)
    expected = np.sort(distances[held.song != "ode"])[:5]
    shown = page.locator("#neighbours section").first.locator(".far").all_text_contents()
    assert [float(text) for text in shown] == pytest.approx(expected, abs=6e-4)


def test_the_nearest_other_singers_are_each_there_once(page: Page, choir: Path) -> None:
    page.get_by_label("a performance").check()
    choose(page, "Ann, ode")
    held = Collection.load(choir.parents[1] / "data/embeddings/performances.npz")
    distances = np.linalg.norm(held.vectors.astype(np.float64) - held.vectors[0], axis=1)
    other_songs = held.song != "ode"
    expected = sorted(
        (float(distances[other_songs & (held.singer == singer)].min()), singer) for singer in ("Bo", "Cleo")
    )
    section = page.locator("#neighbours section", has_text="Nearest other singers")
    assert [text.split(",")[0] for text in section.locator(".what").all_text_contents()] == [who for _, who in expected]
    shown = [float(text) for text in section.locator(".far").all_text_contents()]
    assert shown == pytest.approx([distance for distance, _ in expected], abs=6e-4)


def test_two_voices_side_by_side_play_where_they_are_most_alike(page: Page, choir: Path) -> None:
    choose(page, "Ann, ode")
    page.get_by_role("button", name="Compare with …").click()
    choose(page, "Bo, march")
    expect(page.locator("#play-a")).to_have_text("A Ann, ode")
    expect(page.locator("#play-b")).to_have_text("B Bo, march")
    clips = Collection.load(choir.parents[1] / "data/embeddings/clips.npz")
    vectors = clips.vectors.astype(np.float64)
    ours, theirs = (np.flatnonzero(clips.recording == name) for name in ("r0-0", "r1-2"))
    apart = np.linalg.norm(vectors[ours].mean(axis=0) - vectors[theirs].mean(axis=0))
    expect(page.locator("#pair-distance")).to_contain_text(f"Distance {apart:.3f}")
    between = np.linalg.norm(vectors[ours][:, None] - vectors[theirs][None], axis=2)
    moments = page.locator("#pair-moments button")
    expect(moments).to_have_count(1)  # clips of 5.9 s that begin 2.4 s apart overlap
    expect(moments.locator(".far")).to_have_text(f"{between.min():.3f}")
    moments.click()
    page.wait_for_function("!document.getElementById('player').paused")
    expect(page.locator("#live")).to_contain_text("Playing Ann, ode")
    page.evaluate("document.getElementById('player').currentTime = 8.9")
    expect(page.locator("#live")).to_contain_text("Playing Bo, march")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#pair")).to_be_hidden()


def test_a_link_brings_the_selection_back(page: Page, choir: Path, open_page: OpenPage) -> None:
    page.get_by_label("a performance").check()
    page.select_option("#colour-by", label="song")
    page.get_by_role("combobox", name="Search", exact=True).fill("march")
    choose(page, "Bo, march")
    page.locator(".beside").first.click()
    pair = page.locator("#play-b").text_content()
    address = "#" + page.url.split("#")[1]
    assert page.locator("#link").get_attribute("href") == address
    again = open_page(choir, address)
    expect(again.locator("#detail-title")).to_have_text("Bo")
    expect(again.locator("#detail-place")).to_have_text("sings march, 0.0–9.3 s")
    expect(again.get_by_label("a performance")).to_be_checked()
    expect(again.locator("#search")).to_have_value("march")
    assert again.evaluate("document.querySelector('#colour-by').selectedOptions[0].textContent") == "song"
    expect(again.locator("#play-b")).to_have_text(str(pair))
    assert not playing(again)


def test_a_link_to_what_is_not_there_opens_the_page(choir: Path, open_page: OpenPage) -> None:
    page = open_page(choir, "#view=__proto__&at=nobody&colour=none&a=x&b=y&start=z")
    expect(page.locator("#detail-title")).to_have_text("Nothing selected yet")
    expect(page.locator("#pair")).to_be_hidden()


def test_a_lasso_and_another_view_clear_what_was_selected(page: Page) -> None:
    choose(page, "Ann, ode")
    page.locator(".beside").first.click()
    page.evaluate(LASSO, [0, 1, 7])
    expect(page.locator("#detail-title")).to_have_text("3 points of 2 singers")
    for hidden in ("#pair", "#strip", "#strip-words"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate(RINGED) == [[], []]
    assert not playing(page)
    assert page.locator("#play-again").is_disabled()
    choose(page, "Bo, ode")
    assert page.evaluate(GATHERED) == 0
    page.evaluate(LASSO, [2, 3])
    page.get_by_label("a performance").check()
    expect(page.locator("#detail-title")).to_have_text("Nothing selected yet")
    assert page.evaluate(GATHERED) == 0
    assert page.locator("#neighbours li").count() == 0


def test_the_legend_switches_singers_off_and_on(page: Page) -> None:
    legend = page.get_by_role("group", name="Legend: singer")
    legend.get_by_role("button", name="Bo").click()
    expect(legend.get_by_role("button", name="Bo")).to_have_attribute("aria-pressed", "false")
    assert [alpha > 0.5 for alpha in page.evaluate(ALPHA)] == [True] * 6 + [False] * 6 + [True] * 6
    page.evaluate(LASSO, [6, 7, 12])  # of what is hidden, a lasso takes nothing
    expect(page.locator("#detail-title")).to_have_text("1 point of 1 singer")
    page.get_by_role("button", name="all", exact=True).click()
    assert all(alpha > 0.5 for alpha in page.evaluate(ALPHA))


def test_more_names_than_colours_have_none_but_those_picked(write_page: WritePage, open_page: OpenPage) -> None:
    page = open_page(write_page(singers=tuple(f"S{number:02}" for number in range(15)), songs=("ode", "air"))[0])
    colours = "[...new Set(Bokeh.documents[0].roots()[0].renderers[0].data_source.data.colour)].length"
    pressed = page.locator("#legend .names button[aria-pressed=true]")
    assert (page.evaluate(colours), pressed.count()) == (8, 7)  # seven, and grey
    page.locator("#legend .names button", has_text="S14").click()
    assert (page.evaluate(colours), pressed.count()) == (9, 8)
    page.get_by_role("button", name="none", exact=True).click()
    assert (page.evaluate(colours), pressed.count()) == (1, 0)


def test_hovering_says_one_line_with_the_unit(page: Page) -> None:
    page.select_option("#colour-by", label="vibrato (Hz)")
    expect(page.locator("#legend")).to_contain_text("vibrato: 4 Hz")
    page.locator("#map-embedding").scroll_into_view_if_needed()
    page.mouse.move(*page.evaluate(SPOT, ["embedding", 3]))
    expect(page.locator(".one-line")).to_have_count(1)
    line = str(page.locator(".one-line").text_content())
    assert line.startswith("Ann · lullaby · 2.4–8.3 s · vibrato 4.2 Hz")  # the second of 4 to 7 Hz in 14 steps


def test_the_tools_have_words(page: Page) -> None:
    tools = page.get_by_role("toolbar", name="Tools of the map")
    assert tools.get_by_role("button").all_text_contents() == ["Move", "Zoom in", "Lasso", "Whole map", "Save picture"]
    active = "Bokeh.documents[0].roots().map(p => p.toolbar.tools.filter(t => t.active).map(t => t.type))"
    tools.get_by_role("button", name="Lasso").click()
    assert all("LassoSelectTool" in names and "PanTool" not in names for names in page.evaluate(active))
    span = "(r => r.end - r.start)(Bokeh.documents[0].roots()[0].x_range)"
    whole = page.evaluate(span)
    page.evaluate("(r => { r.end = r.start + 1; })(Bokeh.documents[0].roots()[0].x_range)")
    tools.get_by_role("button", name="Whole map").click()
    assert page.evaluate(span) == pytest.approx(whole, rel=1e-3)
    with page.expect_download() as saved:
        tools.get_by_role("button", name="Save picture").click()
    assert saved.value.suggested_filename.startswith("map-")


@pytest.mark.parametrize("width", [1500, 800, 390])
def test_at_every_size_a_tap_plays_and_nothing_runs_past(choir: Path, open_page: OpenPage, width: int) -> None:
    page = open_page(choir, viewport={"width": width, "height": 800}, has_touch=True)
    page.locator("#map-embedding").scroll_into_view_if_needed()
    page.touchscreen.tap(*page.evaluate(SPOT, ["embedding", 3]))
    page.wait_for_function("document.getElementById('player').currentTime > 0.1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1500:
        return
    expect(page.locator("#now")).to_have_text("▶ Ann, lullaby, 2.4–8.3 s")
    for place in (0, 10_000):  # the player stays in sight from top to bottom
        page.evaluate("place => scrollTo(0, place)", place)
        box = page.locator("#player").bounding_box()
        assert box
        assert 0 < box["y"] < 800 - box["height"]


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_light_and_dark_follow_the_system(choir: Path, open_page: OpenPage, scheme: str, is_dark: bool) -> None:
    page = open_page(choir, color_scheme=scheme)
    colours = ("getComputedStyle(document.body).backgroundColor", "Bokeh.documents[0].roots()[0].background_fill_color")

    def becomes(dark: bool) -> bool:
        for _ in range(50):
            if [brightness(page.evaluate(colour)) < 60 for colour in colours] == [dark] * 2:
                return True
            page.wait_for_timeout(100)
        return False

    assert becomes(is_dark)
    page.emulate_media(color_scheme="light" if is_dark else "dark")
    assert becomes(not is_dark)
