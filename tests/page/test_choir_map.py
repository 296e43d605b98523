"""The map of a user's own index in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from singing_style.choir_map import draw_map
from singing_style.comparison import most_alike
from singing_style.indexing import index_voices
from singing_style.roster import read_roster
from singing_style.voice_index import VoiceIndex
from singing_style.whereabouts import find_recordings
from tests.page.test_browser import playing
from tests.singing_style.made_up import tiny_model, write_choir

pytestmark = pytest.mark.pipeline

OpenPage = Callable[..., Page]

CHOOSE = "#performance-list button"


@pytest.fixture(scope="module")
def choir(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VoiceIndex]:
    """Index and map a choir of which one recording is gone; Cleo's name could end a tag."""
    folder, model = tmp_path_factory.mktemp("map"), tiny_model()
    write_choir(folder / "choir", ("Ann", "Ben", "<b>Cleo"), ("ode", "air"))
    index = index_voices(model, read_roster(folder / "choir"), workers=1).index
    index.save(folder / "i.npz")
    (folder / "choir/Ben/air.flac").unlink()
    places = find_recordings(index, None, folder / "i.npz")
    page = folder / "choir.html"
    draw_map(index, model, places.found, page, source=folder / "i.npz", missing=places.missing)
    return page, index


def test_a_choir_leader_finds_a_voice_and_hears_it(choir: tuple[Path, VoiceIndex], open_page: OpenPage) -> None:
    page = open_page(choir[0])
    expect(page.locator(".lead")).to_have_text("The recordings of i.npz: 6 performances by 3 singers.")
    expect(page.get_by_label("a performance")).to_be_checked()
    expect(page.locator(".map")).to_have_count(1)
    page.get_by_role("combobox", name="Search", exact=True).fill("cleo")
    page.locator(CHOOSE).first.click()
    page.wait_for_function("document.getElementById('player').currentTime > 0.1")
    expect(page.locator("#detail-title")).to_have_text("<b>Cleo")
    expect(page.locator("#detail-place")).to_have_text(re.compile(r"^(air|ode)\.flac, 0\.0–"))
    assert page.locator("#neighbours h4").all_text_contents() == ["Nearest voices", "Nearest other singers"]


def test_a_recording_that_is_gone_stays_and_says_so(choir: tuple[Path, VoiceIndex], open_page: OpenPage) -> None:
    page = open_page(choir[0])
    page.locator(CHOOSE, has_text="no sound: not found").click()
    expect(page.locator("#detail-title")).to_have_text("Ben")
    expect(page.locator("#live")).to_contain_text("its sound is not in this file (not found)")
    expect(page.locator("#notes")).to_contain_text("Ben/air.flac (not found)")
    expect(page.locator("#neighbours section").first.locator("li")).to_have_count(5)
    assert not playing(page)


def test_the_moments_are_those_of_the_command_compare(choir: tuple[Path, VoiceIndex], open_page: OpenPage) -> None:
    page = open_page(choir[0])
    (ann, other) = (one.performance for one in choir[1].voices if one.path in ("Ann/ode.flac", "Ben/ode.flac"))
    page.locator(CHOOSE, has_text="Ann, ode.flac").click()
    page.get_by_role("button", name="Compare with …").click()
    page.locator(CHOOSE, has_text="Ben, ode.flac").click()
    expect(page.locator("#pair-distance")).to_contain_text(f"Distance {ann.distance(other):.3f}")
    expected = most_alike(ann, other)
    assert len(expected) > 1
    shown = page.locator("#pair-moments button").all_text_contents()
    until = (ann.seconds, other.seconds)
    spans = [
        [f"{start:.1f}–{min(start + moment.seconds, end):.1f} s" for start, end in zip(starts, until, strict=True)]
        for moment in expected
        for starts in [(moment.one, moment.other)]
    ]
    assert shown == [
        f"A {here}, then B {there}{moment.distance:.3f}" for (here, there), moment in zip(spans, expected, strict=True)
    ]
