"""Figure 2: voice detection over the constant-Q and mel spectrograms of one recording (paper section 3.3)."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from pipeline.figures.canvas import COLOURS, blank, house_style, save_figure

ENERGY, CONFIDENCE, VOICED, NEEDED = COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[6]
# Of the frames that are not sung, along the bottom; and the range of levels that is shown.
MARKS, MARK_HEIGHT = (COLOURS[3], COLOURS[5], COLOURS[4]), 0.06
SHOWN_DB = 60.0
ROUND_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
MARGINS = {"left": 0.1, "right": 0.93, "bottom": 0.065, "top": 0.91, "hspace": 0.24, "wspace": 0.03}
CAPTION_WIDTH = 90
# Curves are thinner where more than so many seconds share the axis, and then without dashes, which would run together.
ROOMY_S, WIDE, NARROW = 15.0, 1.3, 0.6
# Least distance between two labels, as a share of the axis
TICK_GAP = 0.06


@dataclass(frozen=True)
class Spectrum:
    """One spectrogram of the figure.

    Attributes
    ----------
    name : str
        The title above it.
    decibels : ndarray, shape (frames, bins)
        From 0 to the range in dB.
    hertz : ndarray, shape (bins,)
        Centre frequency of every bin, ascending.
    """

    name: str
    decibels: NDArray[np.float32]
    hertz: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reasons:
    """Why each frame is sung or is not, where every frame is judged by itself.

    Attributes
    ----------
    level_db, needed_db : ndarray, shape (frames,)
        Level relative to the loudest frame, and the level that singing would have at least.
    stretches : mapping of str to ndarray of bool, shape (frames,)
        What is marked besides the sung frames, by the words of the legend.
    """

    level_db: NDArray[np.float64]
    needed_db: NDArray[np.float64]
    stretches: Mapping[str, NDArray[np.bool_]]


def draw_voicing(
    caption: str,
    frame_seconds: float,
    energy: NDArray[np.float32],
    periodicity: NDArray[np.float32],
    voiced: NDArray[np.bool_],
    spectra: tuple[Spectrum, Spectrum],
    path: Path,
) -> None:
    """Compose figure 2 and write it as PNG and SVG; see `compose_voicing`."""
    save_figure(compose_voicing(caption, frame_seconds, energy, periodicity, voiced, spectra), path)


@house_style()
def compose_voicing(
    caption: str,
    frame_seconds: float,
    energy: NDArray[np.float32],
    periodicity: NDArray[np.float32],
    voiced: NDArray[np.bool_],
    spectra: tuple[Spectrum, Spectrum],
    reasons: Reasons | None = None,
) -> Figure:
    """Draw the paper's figure 2.

    Parameters
    ----------
    caption : str
        The recording's name.
    frame_seconds : float
        Time from frame to frame.
    energy, periodicity, voiced : ndarray, shape (frames,)
        RMS energy (drawn as a share of its maximum), voicing confidence, and the decision.
    spectra : two of Spectrum
        The middle and the lower panel.
    reasons : Reasons, optional
        Draw the level over what is needed, and why the other frames are not sung, instead of the energy.

    Returns
    -------
    Figure
    """
    figure = blank(8.4, 7.0)
    figure.set_layout_engine("none")  # the constrained layout's last digits, and so the bytes, vary from run to run
    grid = figure.add_gridspec(3, 2, height_ratios=(2.4, 3, 3), width_ratios=(45, 1), **MARGINS)
    figure.suptitle(textwrap.fill(caption, CAPTION_WIDTH))
    top = figure.add_subplot(grid[0, 0])
    below = [figure.add_subplot(grid[row, 0], sharex=top) for row in (1, 2)]
    if reasons is None:
        _draw_detection(top, frame_seconds, energy, periodicity, voiced)
    else:
        _draw_reasons(top, frame_seconds, periodicity, voiced, reasons)
    range_db = max(float(np.ceil(spectrum.decibels.max())) for spectrum in spectra) or 1.0
    images = [
        _draw_spectrum(axes, spectrum, frame_seconds, range_db) for axes, spectrum in zip(below, spectra, strict=True)
    ]
    for axes in (top, below[0]):
        axes.tick_params(labelbottom=False)
    below[-1].set_xlabel("time (s)")
    figure.align_ylabels([top, *below])
    top.set_xlim(0, max(len(voiced) - 1, 1) * frame_seconds)
    scale = figure.add_subplot(grid[1:, 1])
    figure.colorbar(images[0], cax=scale, label=f"power (dB, {range_db:g} = loudest)")
    return figure


def _draw_detection(
    axes: Axes,
    frame_seconds: float,
    energy: NDArray[np.float32],
    periodicity: NDArray[np.float32],
    voiced: NDArray[np.bool_],
) -> None:
    seconds = np.arange(len(voiced)) * frame_seconds
    width, dashes = _curve_look(len(voiced) * frame_seconds)
    loudest = float(energy.max()) or 1.0
    axes.fill_between(seconds, voiced, step="mid", color="0.88", linewidth=0)
    axes.plot(seconds, voiced, drawstyle="steps-mid", color=VOICED, linewidth=width, label="voiced")
    axes.plot(seconds, energy / loudest, color=ENERGY, linewidth=width, label="RMS energy / maximum")
    behind: dict[str, Any] = {"linewidth": width, "linestyle": dashes, "zorder": 1.5}
    axes.plot(seconds, periodicity, color=CONFIDENCE, label="confidence", **behind)
    axes.set_ylim(-0.03, 1.08)
    axes.set_ylabel("value, 0 to 1")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0.2)
    axes.set_title("Voice detection", loc="left")


def _draw_reasons(
    axes: Axes,
    frame_seconds: float,
    periodicity: NDArray[np.float32],
    sung: NDArray[np.bool_],
    reasons: Reasons,
) -> None:
    seconds = np.arange(len(sung)) * frame_seconds
    width, dashes = _curve_look(len(sung) * frame_seconds)
    if sung.any():
        axes.fill_between(seconds, sung, step="mid", color="0.88", linewidth=0, label="sung")
    for colour, (words, marked) in zip(MARKS, reasons.stretches.items(), strict=False):
        axes.fill_between(seconds, marked * MARK_HEIGHT, step="mid", color=colour, linewidth=0, label=words)
    level, needed = (np.clip(1 + decibels / SHOWN_DB, 0, 1) for decibels in (reasons.level_db, reasons.needed_db))
    axes.plot(seconds, level, color=ENERGY, linewidth=width, label="level")
    axes.plot(seconds, needed, color=NEEDED, linewidth=0.8, linestyle=(0, (1, 1)), label="level needed")
    behind: dict[str, Any] = {"linewidth": width, "linestyle": dashes, "zorder": 1.5}
    axes.plot(seconds, periodicity, color=CONFIDENCE, label="periodicity", **behind)
    axes.set_ylim(-0.03, 1.08)
    places = np.linspace(0, 1, 4)
    axes.set_yticks(places, [f"{SHOWN_DB * (place - 1):.0f} dB".replace("-", "−") for place in places])
    axes.set_ylabel("level; periodicity, 0 to 1")
    tight = {"fontsize": "small", "handlelength": 1.0, "handletextpad": 0.5, "columnspacing": 0.9}
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=7, borderaxespad=0.2, **tight)
    axes.set_title("Voice detection", loc="left")


def _curve_look(seconds: float) -> tuple[float, Any]:
    """Return the width and the dashes of curves over so many seconds."""
    width = float(np.clip(WIDE * ROOMY_S / seconds, NARROW, WIDE))
    return width, (0, (4, 1.2)) if width == WIDE else "-"


def _draw_spectrum(axes: Axes, spectrum: Spectrum, frame_seconds: float, range_db: float) -> AxesImage:
    frames, bins = spectrum.decibels.shape
    image = axes.imshow(
        spectrum.decibels.T.astype(np.float32),
        origin="lower",
        aspect="auto",
        cmap="magma",
        # not "none", by which an SVG would hold every number: megabytes for a recording of a minute
        interpolation="nearest",
        vmin=0,
        vmax=range_db,
        extent=(-frame_seconds / 2, (frames - 0.5) * frame_seconds, -0.5, bins - 0.5),
    )
    ticks = _ticks(spectrum.hertz)
    axes.set_yticks(list(ticks.values()), [f"{hertz}" for hertz in ticks])
    axes.set_ylabel("frequency (Hz)")
    axes.set_title(spectrum.name, loc="left")
    return image


def _ticks(hertz: NDArray[np.float64]) -> dict[int, float]:
    """Place round frequencies on the axis of bins, from the top down, as long as they do not crowd each other."""
    places: dict[int, float] = {}
    for label in sorted(ROUND_HZ, reverse=True):
        place = float(np.interp(label, hertz, np.arange(len(hertz))))
        inside = hertz[0] <= label <= hertz[-1]
        if inside and all(abs(place - other) >= TICK_GAP * len(hertz) for other in places.values()):
            places[label] = place
    return places
