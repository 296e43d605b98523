from pathlib import Path

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figures.canvas import LONGEST_NAME, blank, house_style, readable, save_png


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
            save_png(figure, tmp_path / "figure.png")
            assert matplotlib.rcParams["figure.facecolor"] == face
        pictures.append((tmp_path / "figure.png").read_bytes())
    assert pictures[0] == pictures[1]
