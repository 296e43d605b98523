"""The page in a real browser with the network off, used as a reader would use it."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.pipeline

OpenPage = Callable[..., Page]
WritePage = Callable[..., tuple[Path, str]]

SPOT = """([vectors, row]) => {
  const plots = Bokeh.documents[0].roots();
  const number = ["embedding", "baseline"].indexOf(vectors);
  const view = [...Bokeh.index].find((one) => one.model === plots[number]);
  const data = plots[number].renderers[0].data_source.data;
  const box = view.canvas_view.el.getBoundingClientRect();
  const frame = view.frame ?? view.frame_view;
  const [x, y] = [data[`${vectors}_x`][row], data[`${vectors}_y`][row]];
  return [box.x + frame.x_scale.compute(x), box.y + frame.y_scale.compute(y)];
}"""
# The first singer's colour, as opaque as points are.
BLUE_ON_WHITE = np.rint(0.85 * np.array((0x00, 0x72, 0xB2)) + 0.15 * 255)

# Words of the tables that stand on two lines.
BROKEN_WORDS = """() => [...document.querySelectorAll("th, td")].flatMap((cell) => {
  const text = cell.firstChild;
  return [...(text?.data ?? "").matchAll(/[^\\s-]+/g)].filter(({0: word, index}) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word);
})"""

RINGED = "() => Bokeh.documents[0].roots().map((plot) => plot.renderers[1].data_source.data.text)"


@pytest.fixture(scope="module")
def choir(write_page: WritePage) -> Path:
    return write_page()[0]


@pytest.fixture
def page(choir: Path, open_page: OpenPage) -> Page:
    return open_page(choir)


def now(page: Page) -> float:
    return float(page.evaluate("document.getElementById('player').currentTime"))


def playing(page: Page) -> bool:
    return not page.evaluate("document.getElementById('player').paused")


def brightness(colour: str) -> float:
    if colour.startswith("#"):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        return float(np.mean([int(digits[at : at + 2], 16) for at in (0, 2, 4)]))
    return float(np.mean([float(part) for part in colour.strip("rgb()").split(",")]))


def test_points_are_drawn_on_both_maps(page: Page) -> None:
    sources = page.evaluate("Bokeh.documents[0].roots().map((p) => p.renderers[0].data_source.data.embedding_x.length)")
    assert sources == [18, 18]
    for vectors in ("embedding", "baseline"):
        picture = Image.open(io.BytesIO(page.locator(f"#map-{vectors}").screenshot())).convert("RGB")
        blue = np.abs(np.asarray(picture, int) - BLUE_ON_WHITE).sum(axis=2) < 40
        assert blue.sum() > 100


@pytest.mark.parametrize("vectors", ["embedding", "baseline"])
def test_a_click_on_a_point_plays_its_clip_and_rings_it_on_both_maps(page: Page, vectors: str) -> None:
    page.locator(f"#map-{vectors}").scroll_into_view_if_needed()
    page.mouse.click(*page.evaluate(SPOT, [vectors, 3]))  # the second clip of Ann's lullaby
    expect(page.locator("#detail-title")).to_have_text("Ann")
    expect(page.locator("#detail-place")).to_have_text("sings lullaby, 2.4–8.3 s")
    page.wait_for_function("document.getElementById('player').currentTime > 2.6")
    assert now(page) < 8.3
    assert playing(page)
    left, right = page.evaluate(RINGED)
    assert left == right
    assert left[-1] == "●"
    neighbours = page.locator("#neighbours section").first.locator("li")
    assert neighbours.count() == 5
    assert all("lullaby" not in text for text in neighbours.all_text_contents())


def test_spectrogram_and_attention_are_drawn(page: Page) -> None:
    page.locator("#performance-list button").first.click()
    strip = page.locator("#strip")
    expect(strip).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    picture = np.asarray(Image.open(io.BytesIO(strip.screenshot())).convert("RGB"), int)
    assert ((picture.max(axis=2) < 90).mean()) > 0.02  # loud is dark
    orange = np.abs(picture - (0xD5, 0x5E, 0x00)).sum(axis=2) < 60
    assert orange.any(axis=0).mean() > 0.6  # the curve runs across


def test_a_clip_stops_at_its_end_and_play_all_goes_on(page: Page) -> None:
    page.locator("#performance-list button").first.click()
    page.wait_for_function("!document.getElementById('player').paused")
    page.evaluate("document.getElementById('player').currentTime = 5.85")
    page.wait_for_function("document.getElementById('player').paused")
    assert 5.8 < now(page) < 6.3
    page.get_by_role("button", name="Nearest in the embedding: play all, one after the other").click()
    buttons = page.locator("#neighbours section").first.locator("li .row")
    expect(buttons.nth(0)).to_have_attribute("aria-current", "true")
    page.wait_for_function("!document.getElementById('player').paused")
    page.evaluate("document.getElementById('player').currentTime = 9.2")
    expect(buttons.nth(1)).to_have_attribute("aria-current", "true")


def test_the_keyboard_plays_and_stops(page: Page) -> None:
    page.locator("#performance-list button").nth(4).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Playing Bo, lullaby")
    page.wait_for_function("document.getElementById('player').currentTime > 0.1")
    assert playing(page)
    page.keyboard.press("Escape")
    assert not playing(page)
    page.locator("#neighbours li button").first.focus()
    page.keyboard.press("Space")
    page.wait_for_function("!document.getElementById('player').paused")


def test_the_search_finds_singers_and_songs(page: Page) -> None:
    search = page.get_by_role("combobox", name="Search", exact=True)
    search.fill("cleo lull")
    assert page.locator("#performance-list button").all_text_contents() == ["Cleo, lullaby"]
    search.fill("ODE")  # a whole name: nothing that only holds it
    assert page.locator("#performance-list button").all_text_contents() == ["Ann, ode", "Bo, ode", "Cleo, ode"]
    search.fill("nobody")
    expect(page.locator("#performance-list button")).to_have_count(0)
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator("#performance-list button")).to_have_count(9)
    search.fill("cle")
    expect(page.locator("#filter-result")).to_have_text("6 of 18 clips match")
    assert page.locator("#performance-list button").all_text_contents() == ["Cleo, ode", "Cleo, lullaby", "Cleo, march"]
    alpha = page.evaluate("Bokeh.documents[0].roots()[0].renderers[0].data_source.data.alpha")
    assert [value > 0.5 for value in alpha] == [False] * 12 + [True] * 6


def test_colours_follow_the_choice_and_performances_replace_clips(page: Page) -> None:
    colours = "new Set(Bokeh.documents[0].roots()[1].renderers[0].data_source.data.colour).size"
    labels = page.locator("#colour-by option").all_text_contents()
    assert labels == ["singer", "song", "split", "vibrato (Hz)", "school"]
    found = {}
    for label in labels:
        page.select_option("#colour-by", label=label)
        found[label] = page.evaluate(colours)
    assert found == {"singer": 3, "song": 3, "split": 1, "vibrato (Hz)": 9, "school": 2}
    page.get_by_label("a performance").check()
    expect(page.locator("#filter-result")).to_have_text("9 performances")
    page.locator("#performance-list button").first.click()
    expect(page.locator("#detail-place")).to_have_text("sings ode, 0.0–9.3 s")


def test_a_lasso_gathers_points_to_play(page: Page) -> None:
    page.evaluate("Bokeh.documents[0].roots()[0].renderers[0].data_source.selected.indices = [0, 1, 7]")
    expect(page.locator("#detail-title")).to_have_text("3 points of 2 singers")
    assert page.locator("#neighbours li button").count() == 3


def test_nothing_runs_past_a_narrow_window(page: Page) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


@pytest.mark.parametrize("width", [390, 800])
def test_on_a_phone_tables_break_no_word_and_figures_keep_their_size(
    write_page: WritePage, open_page: OpenPage, width: int
) -> None:
    page = open_page(write_page(figure=True)[0], viewport={"width": width, "height": 800})
    assert page.locator("th").count() > 10
    assert page.evaluate(BROKEN_WORDS) == []
    picture = page.locator(".picture img")
    picture.scroll_into_view_if_needed()  # it is loaded when somebody comes near
    expect(picture).to_have_js_property("complete", value=True)
    figure = picture.bounding_box()
    assert figure
    assert figure["width"] > 700  # as drawn, 1100; the smallest letters are of 8 points
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_charts_beside_one_another_stand_on_one_line(choir: Path, open_page: OpenPage) -> None:
    boxes = open_page(choir, viewport={"width": 1500, "height": 800}).locator("#knn .chart")
    feet = [box["y"] + box["height"] for box in (one.bounding_box() for one in boxes.all()) if box]
    assert len(feet) == 3
    assert max(feet) - min(feet) < 1  # though the words above the second take a line more


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_lines_of_the_losses_are_seen_in_the_dark_too(choir: Path, open_page: OpenPage, scheme: str) -> None:
    page = open_page(choir, color_scheme=scheme)
    plot = "Bokeh.documents.flatMap((one) => one.roots()).find((one) => one.below?.[0].axis_label === 'training step')"
    line, ground = (
        page.evaluate(f"{plot}.{one}") for one in ("renderers[0].glyph.line_color.value", "background_fill_color")
    )
    assert abs(brightness(line) - brightness(ground)) > 100


def test_hostile_names_are_only_names(write_page: WritePage, open_page: OpenPage) -> None:
    hostile = ("</script><script>hacked=1</script>", "<img src=x onerror=hacked=1>", "\"'&lt;b&gt;")
    page = open_page(write_page(singers=hostile, songs=("<svg onload=hacked=1>", "{{ 7*7 }}"))[0])
    page.mouse.move(*page.evaluate(SPOT, ["embedding", 0]))
    expect(page.locator(".one-line")).to_contain_text(hostile[0])
    page.locator("#performance-list button").first.click()
    expect(page.locator("#detail-title")).to_have_text(hostile[0])
    assert set(page.locator("#legend .names button").all_text_contents()) == set(hostile)
    page.evaluate("Bokeh.documents[0].roots()[0].renderers[0].data_source.selected.indices = [0, 1, 2, 3, 5]")
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.locator("img[src=x]").count() == 0


def test_one_voice_and_one_song_show_what_they_can(write_page: WritePage, open_page: OpenPage) -> None:
    poor = {"singers": ("Ann",), "songs": ("ode",), "style": False, "attention": False, "tasks": ()}
    page = open_page(write_page(**poor)[0])
    expect(page.locator("#layout-words")).to_contain_text("So few points")
    notes = " ".join(page.locator("#notes li").all_text_contents())
    for said in ("one singer", "one song", "does not describe style", "“Same song?” cannot be answered"):
        assert said in notes
    page.locator("#performance-list button").first.click()
    page.wait_for_function("document.getElementById('player').currentTime > 0.1")
    expect(page.locator("#strip-words")).to_contain_text("no attention")


@pytest.mark.parametrize(
    ("measure", "titles"),
    [("contrastive loss", ["Loss", "Distances"]), ("equal error rate", ["Loss", "Validation", "Distances"])],
)
def test_what_validation_measures_is_charted_beside_the_loss_only_if_it_is_the_same(
    write_page: WritePage, open_page: OpenPage, measure: str, titles: list[str]
) -> None:
    page = open_page(write_page(measure=measure)[0])
    assert page.locator("#losses strong").all_text_contents() == titles
    labels = page.evaluate(
        "Bokeh.documents.flatMap((document) => document.roots()).filter((plot) => plot.below?.[0].axis_label === "
        "'training step').map((plot) => plot.left[0].axis_label)"
    )
    assert labels == [*(["loss"] if "Validation" in titles else []), measure, "mean squared distance"]


def test_a_silent_performance_says_so(write_page: WritePage, open_page: OpenPage) -> None:
    path, summary = write_page(params=(("report.max_megabytes", 1.6),))
    page = open_page(path)
    silent = page.locator("#performance-list button", has_text="no sound: left out to keep this file small")
    assert f"{9 - silent.count()} of 9 performances to hear" in summary
    assert 0 < silent.count() < 9
    silent.first.click()
    expect(page.locator("#live")).to_contain_text("not in this file")
    assert not playing(page)
