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
    # Letters as outlines, for twice the bytes: the same figure where DejaVu is missing, or its widths differ.
    "svg.fonttype": "path",
    # Names of parts of an SVG are hashes with this salt, which is random by default.
    "svg.hashsalt": "singing-style",
    "text.parse_math": False,
}
# By the ending of the name, what to leave out of a file: date and version, by which the same figure would differ.
FORMATS: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Creator": None, "Date": None},
    ".pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
# What has more points than this is a picture within an SVG, of the PNG's resolution: each point would take a hundred
# bytes.
MOST_POINTS = 2000
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


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG and, under the same stem beside it, as SVG; see `write_picture`.

    Parameters
    ----------
    figure : Figure
    path : Path
        The PNG.
    """
    for ending in (".png", ".svg"):
        write_picture(figure, path.with_suffix(ending))


def write_picture(figure: Figure, path: Path) -> None:
    """Write a figure in the format of the file's ending, one of `FORMATS`: the same figure gives the same bytes."""
    ending = path.suffix.lower()
    with house_style():
        _settle_layout(figure)
        figure.savefig(path, format=ending[1:], metadata=FORMATS[ending])


def _settle_layout(figure: Figure) -> None:
    """Lay out once and round: the solver's last digits vary from run to run and would shift single pixels."""
    if figure.get_layout_engine() is None:
        return
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(edge, POSITION_DIGITS) for edge in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


def readable(name: str, longest: int = LONGEST_NAME) -> str:
    r"""Return a singer's or a song's name as a figure can show it.

    Parameters
    ----------
    name : str
        Any text.
    longest : int, optional
        Number of characters that there is room for.

    Returns
    -------
    str
        One line of at most that length; characters that the font lacks appear as escapes (``\u6b4c``).
    """
    known = _drawable()
    text = printable(" ".join(name.split()), lambda letter: ord(letter) in known)
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[: longest - 1 - half]}…{text[-half:]}"


@cache
def _drawable() -> frozenset[int]:
    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())
