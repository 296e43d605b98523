"""The site is built with every link whole, loads nothing from outside, and is searched where it lies in a folder."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import PATIENCE

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


class Loaded(HTMLParser):
    """What a page loads of itself, which are scripts, styles, pictures and fonts; and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.leads_to: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        source = given.get("src") if tag in {"script", "img", "iframe"} else None
        if tag == "link" and given.get("rel") not in {"canonical", "next", "prev"}:
            source = given.get("href")
        self.addresses += [source] if source else []
        target = given.get("href") if tag == "a" else None
        self.leads_to += [target] if target else []


def test_the_generated_pages_are_there_and_nothing_is_loaded_from_outside(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert {"parameters.html", "stages.html", "command.html", "nn.html"} <= {page.name for page in pages}
    loaded = {address for page in pages for address in Loaded(page.read_text()).addresses}
    assert [address for address in loaded if "//" in address] == []
    assert any(address.endswith("figures/knn.svg") for address in loaded)


def test_every_link_leads_to_a_page_of_the_site(site: Path) -> None:
    """MkDocs looks at links as they stand in a page's own Markdown, and not at what is taken over into it."""
    lost = [
        (page.name, link)
        for page in site.rglob("*.html")
        if page.name != "404.html"  # which is shown for whatever address, and so leads from the top of a server
        for link in Loaded(page.read_text()).leads_to
        if not urlsplit(link).scheme and not (page.parent / unquote(urlsplit(link).path)).exists()
    ]
    assert lost == []


def test_no_source_of_the_generator_is_in_the_site(site: Path) -> None:
    assert list(site.rglob("*.py")) == []


def test_the_search_finds_a_word_in_a_site_that_was_opened_from_a_folder(site: Path, browser: Browser) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda one: asked.append(one.url))
    page.goto((site / "how-to/gpu.html").as_uri())
    page.locator("[data-md-component=search-query]").press_sequentially("sign-flip")
    results = page.locator(".md-search-result__item", has_text="Two results")
    expect(results.first).to_be_attached()
    page.close()
    assert [address for address in asked if address.startswith(("http", "ws"))] == []
