"""What a model hears in one recording, as one figure: voice, spectrograms, attention, and the nearest known voices."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pipeline.audio.sung_frames import Evidence, FrameVerdict
from pipeline.figures.canvas import COLOURS, house_style, readable, write_picture
from pipeline.figures.spectra import both_spectra
from pipeline.figures.voicing import CAPTION_WIDTH, Reasons, Spectrum, compose_voicing
from pipeline.runtime.files import written_whole
from singing_style.hearing import Heard, hear, resampled
from singing_style.likeness import Similar
from singing_style.model import BATCH, StyleModel
from singing_style.takes import Takes

ROW_INCHES = 0.42
# In a row the label stands above the bar: so far up and down from the middle, and the bar's thickness, in rows.
LABEL_UP, BAR_DOWN, BAR = 0.15, 0.22, 0.26
# The spectrograms in plain words, and as the paper calls them.
TITLES = (
    "Sound by pitch (constant-Q spectrogram)",
    "Sound as the ear divides it (mel spectrogram)",
)
ATTENTION_INCHES = 1.5
# Room above a panel for its title, and below it for ticks and label.
TITLE_INCHES, AXIS_INCHES = 0.3, 0.45
# Room for each further line of the figure's title.
LINE_INCHES = 0.2


@dataclass(frozen=True, eq=False)
class Portrait:
    """Everything that the figure shows.

    Attributes
    ----------
    caption : str
    heard : Heard
    frame_seconds : float
    spectra : two of Spectrum
        Constant-Q and mel.
    attention : ndarray of float64, shape (frames,), or None
        See `attention_over_time`.
    """

    caption: str
    heard: Heard
    frame_seconds: float
    spectra: tuple[Spectrum, Spectrum]
    attention: NDArray[np.float64] | None


def make_portrait(model: StyleModel, sound: Path | Takes) -> Portrait:
    """Listen to a recording, or to takes of one performance, as the model does, and keep what is to be drawn.

    Too little singing is drawn too, and the caption says that it is not judged.

    Raises
    ------
    BadRecordingError
        The recording cannot be used.
    """
    listening = model.listening
    heard = hear(sound, listening, refuse=False)
    settings = listening.spectrogram_settings()
    with resampled(sound, listening) as samples:
        spectra = both_spectra(samples, listening.rate, settings)
    attention = attention_over_time(model, heard) if len(heard.clip_starts) else None
    return Portrait(sound.name, heard, listening.frame_seconds, spectra, attention)


def draw_portrait(portrait: Portrait, similar: Similar | None, path: Path) -> None:
    """Compose the figure and write it as PNG, SVG or PDF, by the ending of its name; see `compose_portrait`.

    An earlier file stays where the new one cannot be written whole.
    """
    figure = compose_portrait(portrait, similar)
    with written_whole(path) as temporary:
        drawn = temporary.with_suffix(path.suffix)  # by which the format is told
        try:
            write_picture(figure, drawn)
            drawn.replace(temporary)
        finally:
            drawn.unlink(missing_ok=True)


def compose_portrait(portrait: Portrait, similar: Similar | None = None) -> Figure:
    """Draw figure 2 of the paper; below it the attention over time, and the nearest known voices if given.

    Parameters
    ----------
    portrait : Portrait
    similar : Similar, optional
        The nearest known voices.
    """
    heard = portrait.heard
    caption = readable(portrait.caption, CAPTION_WIDTH)
    figure = compose_voicing(
        f"{caption}: {heard.refusal}" if heard.refusal else caption,
        portrait.frame_seconds,
        heard.energy,
        heard.confidence,
        heard.voiced,
        portrait.spectra,
        _reasons(heard.evidence) if heard.evidence else None,
    )
    _extend(figure, LINE_INCHES * figure.texts[0].get_text().count("\n"), 0.0)
    panels = []
    if portrait.attention is not None:
        panels.append(ATTENTION_INCHES)
    if similar:
        panels.append(ROW_INCHES * len(similar.likenesses))
    with house_style():
        for axes, title in zip(figure.axes[1:3], TITLES, strict=True):
            axes.set_title(title, loc="left")
        added = _add_below(figure, panels)
        if portrait.attention is not None:
            _draw_attention(added[0], portrait, figure.axes[0])
        if similar:
            _draw_voices(added[-1], similar)
    return figure


def _reasons(evidence: Evidence) -> Reasons:
    """Name what singing could be taken for; what has no pitch needs no name."""
    marked = {
        "hum": (FrameVerdict.HUM,),
        "soft or dying away": (FrameVerdict.FAINT, FrameVerdict.BRIEF),
        "below the range": (FrameVerdict.LOW,),
    }
    stretches = {words: np.isin(evidence.verdict, verdicts) for words, verdicts in marked.items()}
    there = {words: frames for words, frames in stretches.items() if frames.any()}
    return Reasons(evidence.level_db, evidence.needed_db, there)


def attention_over_time(model: StyleModel, heard: Heard) -> NDArray[np.float64] | None:
    """Compute the attention that each frame of a recording receives, averaged over the clips that contain it.

    Parameters
    ----------
    model : StyleModel
    heard : Heard
        Heard with this model's listening.

    Returns
    -------
    ndarray of float64, shape (frames,), or None
        Multiples of the average weight within a clip: 1 is as much as any other moment. NaN where there is no clip.
        None for a network without attention.
    """
    length = model.listening.clip_frames
    frames = len(heard.voiced)
    total, clips = np.zeros(frames + length), np.zeros(frames + length)
    for first in range(0, len(heard.clip_starts), BATCH):
        weights = model.encoder.attend(heard.clips(first, first + BATCH, length))
        if weights is None:
            return None
        relative = np.repeat(weights.astype(np.float64), length // weights.shape[1], axis=1)
        for start, row in zip(heard.clip_starts[first : first + BATCH], relative, strict=True):
            total[start : start + len(row)] += row
            clips[start : start + len(row)] += 1
    with np.errstate(invalid="ignore"):
        return (total / clips)[:frames]


def _add_below(figure: Figure, heights: Sequence[float]) -> list[Axes]:
    """Extend a figure downwards by panels of the given heights in inches, each with room for its ticks and title."""
    places = [axes.get_position() for axes in figure.axes]
    left, right = places[0].x0, places[0].x1
    below = sum(heights) + (TITLE_INCHES + AXIS_INCHES) * len(heights)
    _extend(figure, 0.0, below)
    taller = figure.get_size_inches()[1]
    bottom, added = below / taller, []
    for inches in heights:
        bottom -= (TITLE_INCHES + inches) / taller
        added.append(figure.add_axes((left, bottom, right - left, inches / taller)))
        bottom -= AXIS_INCHES / taller
    return added


def _extend(figure: Figure, above: float, below: float) -> None:
    """Make a figure taller by so many inches; its panels keep their size, and its title the distance from the top."""
    width, height = figure.get_size_inches()
    taller = height + above + below
    places = [axes.get_position() for axes in figure.axes]
    figure.set_size_inches(width, taller)
    for axes, place in zip(figure.axes, places, strict=True):
        axes.set_position((place.x0, (below + place.y0 * height) / taller, place.width, place.height * height / taller))
    for title in figure.texts:
        title.set_y(1 - (1 - title.get_position()[1]) * height / taller)


def _draw_attention(axes: Axes, portrait: Portrait, above: Axes) -> None:
    weights = np.asarray(portrait.attention)
    seconds = np.arange(len(weights)) * portrait.frame_seconds
    axes.axhline(1, color="0.6", linewidth=0.8)
    axes.plot(seconds, weights, color=COLOURS[3], linewidth=1.3)
    axes.set_xlim(above.get_xlim())
    axes.set_title("What counts most to the network (attention; 1 is the average of a clip)", loc="left")
    axes.set_ylabel("attention")
    axes.set_xlabel("time (s)")


def _draw_voices(axes: Axes, similar: Similar) -> None:
    places = np.arange(len(similar.likenesses))
    distances = [one.distance for one in similar.likenesses]
    axes.barh(places + BAR_DOWN, distances, height=BAR, color=COLOURS[4])
    axes.set_yticks([])
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("distance (the longer the bar, the less alike)")
    for place, one in zip(places, similar.likenesses, strict=True):
        line = f"{readable(one.voice.singer)}: distance {one.distance:.3f}"
        if similar.calibration_holds and not one.unlike:
            line += f", same singer {one.probability:.0%}"
        axes.text(0.01, place - LABEL_UP, line, va="center", transform=axes.get_yaxis_transform())
    axes.set_title(f"The nearest singers: {readable(str(similar.verdict))}", loc="left")
