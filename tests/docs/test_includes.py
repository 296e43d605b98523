"""What pages take over from other files of the repository."""

import re
from pathlib import Path

import pytest

from docs.hooks.includes import PAGES, fill_in
from tests.conftest import ROOT

README = """# Ours

<!-- section: results -->
It works ([how](docs/science/paper.md#how); [help](CONTRIBUTING.md), [elsewhere](https://example.org), [here](#ours)).

![a figure](docs/figures/knn.svg)
<!-- end of section -->

The rest.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "NOTICE").write_text("Made by <us>.\n")
    return tmp_path


def test_a_section_takes_the_place_of_its_line_and_its_links_lead_on(root: Path) -> None:
    page = "before\n[results](../../README.md#ours) <!-- include: README.md, section results -->\nafter"
    assert fill_in(page, "how-to/one.md", root) == (
        "before\nIt works ([how](../science/paper.md#how); [help](../project/contributing.md), "
        "[elsewhere](https://example.org), [here](#ours)).\n\n![a figure](../figures/knn.svg)\nafter"
    )
    at_the_top = fill_in("<!-- include: README.md, section results -->", "index.md", root)
    assert "[how](science/paper.md#how)" in at_the_top


def test_a_file_is_taken_over_word_for_word(root: Path) -> None:
    page = "[NOTICE](../../NOTICE) <!-- include: NOTICE, as text -->"
    assert fill_in(page, "project/licence.md", root) == "```text\nMade by <us>.\n```"


def test_a_section_that_is_missing_is_named(root: Path) -> None:
    with pytest.raises(ValueError, match="no whole section pipeline"):
        fill_in("<!-- include: README.md, section pipeline -->", "index.md", root)


def test_each_page_that_stands_for_a_file_takes_it_over_and_leads_to_it_where_it_lies() -> None:
    pages = [path for path in (ROOT / "docs").rglob("*.md") if "<!-- include:" in path.read_text()]
    lines = {path: re.findall(r"^.*<!-- include: .*$", path.read_text(), re.MULTILINE) for path in pages}
    assert len(pages) >= 5
    for path, found in lines.items():
        for line in found:
            label = re.fullmatch(r"\[[^]]+\]\(([^)#]+)(?:#[\w-]+)?\) <!-- include: ([^\s,]+).* -->", line)
            assert label, line
            assert (path.parent / label[1]).resolve() == (ROOT / label[2]).resolve()
    assert all((ROOT / "docs" / page).exists() or page == "benchmarks/results.md" for page in PAGES.values())
