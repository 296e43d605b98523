import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.analysis.baselines import BASELINES
from pipeline.errors import BadInputError
from pipeline.studies.tables import PICTURES, PLACE, SHOWN, TABLES, copy_pictures, fill_in, find_pages
from tests.conftest import ROOT

PICTURE = re.compile(r"\]\((?:\.\./)*figures/(\w+\.\w+)\)")
VECTORS = ("embedding", *BASELINES)
PAGES = find_pages(ROOT)


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Work in a folder with metrics/statistics.json of two questions."""
    monkeypatch.chdir(tmp_path)
    tasks = {"singer": {"k01": estimate(0.5)}, "song": {"k01": {"value": 0.25}}}
    content: dict[str, Any] = {
        "accuracy": dict.fromkeys(VECTORS, tasks),
        "chance": {"singer": {"k01": 0.04}, "song": {"k01": 0.2}},
        "verification": {vectors: {"across_songs": {"eer": estimate(0.15)}} for vectors in VECTORS},
        "gain_over": dict.fromkeys(BASELINES, tasks),
        "eer_less": {name: {"across_songs": {"value": -0.05, "low": -0.1, "high": 0.02}} for name in BASELINES},
    }
    Path("metrics").mkdir()
    Path("metrics/statistics.json").write_text(json.dumps(content))
    return content


def test_a_table_by_hand(metrics: dict[str, Any]) -> None:
    lines = TABLES["accuracy"]().splitlines()
    assert lines[0] == "| 1-nearest neighbour | singer | song | EER across songs |"
    assert lines[2] == "| embedding | 0.50 (0.40 to 0.60) | 0.25 | 15.0 (5.0 to 25.0) % |"
    assert lines[3].startswith("| handcrafted baseline | ")
    assert lines[-1] == "| chance | 0.04 | 0.20 | 50 % |"
    assert len(lines) == 2 + len(VECTORS) + 1


def test_differences_have_a_sign(metrics: dict[str, Any]) -> None:
    lines = TABLES["difference"]().splitlines()
    assert "| MFCC means | +0.50 (+0.40 to +0.60) | +0.25 | -5.0 (-10.0 to +2.0) % |" in lines


def test_what_stands_between_the_comments_is_replaced_and_nothing_else(metrics: dict[str, Any]) -> None:
    page = "Before.\n<!-- table: accuracy -->\n| old |\n<!-- end of table -->\nAfter 0.79.\n"
    once = fill_in(page, "README.md")
    assert once.startswith("Before.\n<!-- table: accuracy -->\n\n| 1-nearest neighbour")
    assert once.endswith("\n\n<!-- end of table -->\nAfter 0.79.\n")
    assert "old" not in once
    assert fill_in(once, "README.md") == once


def test_an_unknown_table_is_named(metrics: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match=r"README.md: no table is called acu-racy; there are accuracy, difference,"):
        fill_in("<!-- table: acu-racy -->\n<!-- end of table -->", "README.md")


def test_every_page_with_a_table_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end is missing on one: it is found too, so that this is noticed."""
    table = "Text.\n<!-- table: accuracy -->\n"
    pages = {
        "README.md": f"{table}<!-- end of table -->\n",
        "CONTRIBUTING.md": f"{table}<!-- end of table -->\n",
        "docs/plain.md": "Tables are written between `<!-- table: NAME -->` comments.\n",
        "docs/a/b/deep.md": table,
        "docs/a/notes.txt": table,
    }
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = [Path("README.md"), Path("docs/a/b/deep.md")]
    assert find_pages(tmp_path) == found
    monkeypatch.chdir(tmp_path)
    assert find_pages() == found


@pytest.mark.parametrize("marker", ["  <!-- table: accuracy -->", "<!--table: accuracy-->", "<!-- Table: accuracy -->"])
def test_a_marker_that_is_not_understood_costs_no_text(metrics: dict[str, Any], marker: str) -> None:
    page = f"- list\n\n{marker}\n\nProse.\n\n<!-- table: difference -->\nold\n<!-- end of table -->\n"
    with pytest.raises(BadInputError, match=f"docs/x.md: {marker.strip()} has no end, or does not stand alone"):
        fill_in(page, "docs/x.md")


def test_the_pages_known_to_have_tables_are_found() -> None:
    assert {Path("README.md"), Path("docs/how-to/seeds.md"), Path("docs/science/unheard.md")} <= set(PAGES)


@pytest.mark.parametrize("after", ["", "<!-- table: difference -->\n| old |\n<!-- end of table -->\n"])
def test_a_table_without_an_end_is_named(metrics: dict[str, Any], after: str) -> None:
    with pytest.raises(
        BadInputError, match=r"docs/x.md: <!-- table: accuracy --> has no end, or does not stand alone; write "
    ):
        fill_in(f"<!-- table: accuracy -->\n| old |\n{after}", "docs/x.md")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_committed_tables_are_those_of_the_committed_metrics(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digit changed by hand, or metrics without their tables, fail here; `make tables` mends it."""
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")
    assert PLACE.search(text)
    assert fill_in(text, str(page)) == text


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_changed_digit_is_noticed(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")
    for place in PLACE.finditer(text):
        digits = [found.start() for found in re.finditer(r"\d", place[0])]
        at = place.start() + digits[-1]
        changed = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
        assert fill_in(changed, str(page)) == text


def test_the_committed_pictures_are_those_of_the_committed_run() -> None:
    """As with the tables: `make tables` mends it."""
    for name in SHOWN:
        assert (ROOT / PICTURES / name).read_bytes() == (ROOT / "metrics/plots" / name).read_bytes(), name


def test_every_picture_that_a_document_shows_is_copied_and_no_other() -> None:
    shown = {name for page in (ROOT / "docs").rglob("*.md") for name in PICTURE.findall(page.read_text())}
    assert shown == set(SHOWN) == {path.name for path in (ROOT / PICTURES).iterdir()}


def test_a_picture_that_was_not_drawn_is_named(metrics: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match=r"metrics/plots/ablation.svg: no such file"):
        copy_pictures()
