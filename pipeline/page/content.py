"""The data of the page's scripts: recordings, views, colourings, attention, charts."""

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.page.attention import LEVELS, to_levels
from pipeline.page.colouring import colourings
from pipeline.page.facts import CHARTED, Intervals, knn_charts
from pipeline.page.media import Medium, drawn_frames

# Least distance between two ticks, as a share of the height.
TICK_GAP = 0.08

ROUND_HZ = (100, 200, 400, 1000, 2000, 5000, 10_000)
LARGE_POINT, SMALL_POINT, MANY_POINTS = 8, 4, 2500
MOST_STEPS = 2000
DIGITS = 5


@dataclass(frozen=True)
class Content:
    """The input of the page's data.

    Attributes
    ----------
    table : DataFrame
        Manifest of the recordings shown, with `seconds`, `frames` and any ``style_*``.
    views : dict
        ``clips`` and ``performances``, each from `pipeline.page.view.describe_view`.
    attention : ndarray of float32, shape (clips, steps), or None
        Relative weights; None for a network without attention.
    knn : dict
        metrics/knn.json.
    intervals : dict
        See `pipeline.page.facts.knn_charts`.
    training, validation : DataFrame
        Loss curves, one row per step; see `pipeline.figures.losses`.
    hertz : ndarray, shape (bins,)
        Centre frequencies of the spectrograms.
    frame_seconds : float
        Time from frame to frame.
    clip_frames : int
        Length of a clip in frames.
    """

    table: pd.DataFrame
    views: dict[str, Any]
    attention: NDArray[np.float32] | None
    knn: dict[str, Any]
    intervals: Intervals
    training: pd.DataFrame
    validation: pd.DataFrame
    hertz: NDArray[np.float64]
    frame_seconds: float
    clip_frames: int


def describe(content: Content) -> dict[str, Any]:
    """Assemble the data of the page, still without sound and pictures; see `with_media`."""
    charts = knn_charts(content.knn, content.intervals)
    return {
        "recordings": _recordings(content.table, content.frame_seconds),
        "views": content.views,
        "colourings": [vars(colouring) for colouring in colourings(content.table)],
        "attention": _attention(content.attention),
        "pitch_ticks": pitch_ticks(content.hertz),
        "point_size": LARGE_POINT if len(content.views["clips"]["start"]) < MANY_POINTS else SMALL_POINT,
        "frame_seconds": content.frame_seconds,
        "clip_seconds": content.clip_frames * content.frame_seconds,
        "knn": charts,
        "has_intervals": any(any(chart[name]["interval"]) for chart in charts for name in CHARTED),
        "losses": {"training": columns(content.training), "validation": columns(content.validation)},
    }


def with_media(data: dict[str, Any], media: dict[str, Medium]) -> dict[str, Any]:
    """Add the sound and the picture of the chosen recordings."""
    recordings = [
        recording | (vars(media[recording["name"]]) if recording["name"] in media else {})
        for recording in data["recordings"]
    ]
    return data | {"recordings": recordings}


def columns(table: pd.DataFrame) -> dict[str, list[float | int | None]]:
    """Convert every column to a list, keeping every nth row of a long table; what is not finite becomes None."""
    stride = -(-len(table) // MOST_STEPS) or 1
    thinned = table.iloc[::stride]
    return {str(name): [_short(value) for value in thinned[name].tolist()] for name in table.columns}


def _recordings(table: pd.DataFrame, frame_seconds: float) -> list[dict[str, Any]]:
    names, singers, songs = (table[column].tolist() for column in ("recording", "singer", "song"))
    described = zip(names, singers, songs, table["seconds"].tolist(), table["frames"].tolist(), strict=True)
    return [
        {
            "name": name,
            "singer": singer,
            "song": song,
            "seconds": round(seconds, 3),
            "picture_seconds": round(drawn_frames(frames) * frame_seconds, 4),
            "sound": None,
            "picture": None,
        }
        for name, singer, song, seconds, frames in described
    ]


def _attention(weights: NDArray[np.float32] | None) -> dict[str, Any] | None:
    """Encode relative attention, shape (clips, steps), as bytes in base64; None stays None."""
    if weights is None:
        return None
    values = base64.b64encode(to_levels(weights).tobytes()).decode()
    return {"steps": weights.shape[1], "levels": LEVELS, "values": values}


def pitch_ticks(hertz: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Place round frequencies on the height of a spectrogram, 0 (bottom) to 1, from the top down, well spaced."""
    ticks: dict[int, float] = {}
    for tick in reversed(ROUND_HZ):
        share = (float(np.interp(tick, hertz, np.arange(len(hertz)))) + 0.5) / len(hertz)
        crowded = any(abs(share - other) < TICK_GAP for other in ticks.values())
        if hertz[0] <= tick <= hertz[-1] and not crowded:
            ticks[tick] = share
    return [
        {"label": f"{tick} Hz" if tick < 1000 else f"{tick // 1000} kHz", "share": round(share, 4)}
        for tick, share in ticks.items()
    ]


def _short(value: float | int) -> float | int | None:
    if isinstance(value, int):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
