"""One clip under each change that training may make to it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pipeline.figures.canvas import blank, house_style, save_png

COLUMNS = 4


def draw_augmentation(clips: Mapping[str, NDArray[np.float32]], floor_db: float, frame_s: float, path: Path) -> None:
    """Compose the figure and write it as PNG; see `compose_augmentation`."""
    save_png(compose_augmentation(clips, floor_db, frame_s), path)


@house_style()
def compose_augmentation(clips: Mapping[str, NDArray[np.float32]], floor_db: float, frame_s: float) -> Figure:
    """Draw clips side by side, all on one scale of colours.

    Parameters
    ----------
    clips : mapping of str to ndarray, shape (frames, bins)
        By the name of the change, in dB above the floor.
    floor_db : float
        The highest value.
    frame_s : float
        Seconds from frame to frame.

    Returns
    -------
    Figure
    """
    rows = -(-len(clips) // COLUMNS)
    figure = blank(10.0, 0.4 + 2.1 * rows)
    panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    for axes in panels.flat[len(clips) :]:
        axes.set_axis_off()
    for axes, (name, clip) in zip(panels.flat, clips.items(), strict=False):
        frames, bins = clip.shape
        image = axes.imshow(
            clip.T,
            origin="lower",
            aspect="auto",
            cmap="magma",
            interpolation="nearest",
            vmin=0,
            vmax=floor_db,
            extent=(0, frames * frame_s, -0.5, bins - 0.5),
        )
        axes.set_title(name, loc="left")
    for axes in panels[-1]:
        axes.set_xlabel("time (s)")
    for axes in panels[:, 0]:
        axes.set_ylabel("bin")
    figure.colorbar(image, ax=panels, label=f"power (dB, {floor_db:g} = loudest)", shrink=0.6)
    return figure
