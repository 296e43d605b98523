from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from pipeline.figures.canvas import FORMATS, LONGEST_NAME, blank, house_style, readable, save_figure, write_picture
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Þórunn $a$_b", "Þórunn $a$_b"),
        ("two\nlines\tand  more", "two lines and more"),
        ("王菲", r"\u738b\u83f2"),
        ("x" * 28, "x" * 28),
        ("begins " + "x" * 30 + " ends", "begins xxxxxxx…xxxxxxxx ends"),
    ],
)
def test_names_by_hand(name: str, shown: str) -> None:
    assert readable(name) == shown


@given(st.text())
def test_every_name_fits_on_one_line(name: str) -> None:
    shown = readable(name)
    assert len(shown) <= LONGEST_NAME
    assert "\n" not in shown


def test_the_users_settings_neither_show_nor_change(tmp_path: Path) -> None:
    pictures = []
    for face in ("white", "red"):
        with matplotlib.rc_context({"figure.facecolor": face, "font.size": 30}):
            with house_style():
                figure = blank(2, 2)
                figure.subplots().set_title("name")
            save_figure(figure, tmp_path / "figure.png")
            assert matplotlib.rcParams["figure.facecolor"] == face
        pictures.append([(tmp_path / f"figure.{ending}").read_bytes() for ending in ("png", "svg")])
    assert pictures[0] == pictures[1]


def test_a_name_has_the_room_that_there_is() -> None:
    assert readable("x" * 50, longest=50) == "x" * 50
    assert readable("x" * 51, longest=50) == f"{'x' * 25}…{'x' * 24}"


def hatched() -> Figure:
    """Draw what an SVG gives names to: hatches, markers, clipped lines."""
    with house_style():
        figure = blank(3, 2)
        axes = figure.subplots()
        axes.bar([1, 2], [1, 2], hatch="//")
        axes.plot([0, 5], [0, 5], "o-", label="name")
        axes.set_xlim(1, 2)
        axes.legend()
    return figure


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_figure_has_the_same_bytes_without_date_or_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    written = []
    for second in (0, 10**9):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(second))
        write_picture(hatched(), tmp_path / f"figure{ending}")
        written.append((tmp_path / f"figure{ending}").read_bytes())
    assert written[0] == written[1]
    assert matplotlib.__version__.encode() not in written[0]


def test_a_svg_of_the_same_stem_stands_beside_the_png_and_needs_no_font(tmp_path: Path) -> None:
    save_figure(hatched(), tmp_path / "a.b.png")
    assert {path.name for path in tmp_path.iterdir()} == {"a.b.png", "a.b.svg"}
    tree = ElementTree.parse(tmp_path / "a.b.svg")
    kinds = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert "path" in kinds
    assert "text" not in kinds
    assert tree.getroot().get("viewBox") == "0 0 216 144"


def test_every_figure_is_written_by_one_function() -> None:
    """So that none can be without its SVG."""
    writers = {path.name for path in (ROOT / "pipeline").rglob("*.py") if "savefig(" in path.read_text()}
    assert writers == {"canvas.py"}
