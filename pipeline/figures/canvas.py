"""What all figures share: one look whatever the user's settings, colours, printable names, reproducible bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font

from pipeline.errors import printable

# Okabe and Ito's palette, without the yellow that is hard to see on white
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000")

LOOK = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "savefig.dpi": 150.0,
    "text.parse_math": False,
}
LONGEST_NAME = 28
POSITION_DIGITS = 3


@contextmanager
def house_style() -> Iterator[None]:
    """Use matplotlib's defaults with our look on top, whatever the user's matplotlibrc sets."""
    with style.context(["default", LOOK]):
        yield


def blank(width: float, height: float) -> Figure:
    """Return an empty figure of that size in inches, without a window or global state."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def save_png(figure: Figure, path: Path) -> None:
    """Write a PNG without date or version in it, so that the same figure gives the same bytes."""
    with house_style():
        _settle_layout(figure)
        figure.savefig(path, format="png", metadata={"Software": None})


def _settle_layout(figure: Figure) -> None:
    """Lay out once and round: the solver's last digits vary from run to run and would shift single pixels."""
    if figure.get_layout_engine() is None:
        return
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(edge, POSITION_DIGITS) for edge in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


def readable(name: str) -> str:
    r"""Return a singer's or a song's name as a figure can show it.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        One line of at most 28 characters; characters that the font lacks appear as escapes (``\u6b4c``).
    """
    known = _drawable()
    text = printable(" ".join(name.split()), lambda letter: ord(letter) in known)
    if len(text) <= LONGEST_NAME:
        return text
    half = (LONGEST_NAME - 1) // 2
    return f"{text[: LONGEST_NAME - 1 - half]}…{text[-half:]}"


@cache
def _drawable() -> frozenset[int]:
    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())
