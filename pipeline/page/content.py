"""The data of the page's scripts: recordings, views, colourings, attention."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.page.colouring import colourings
from pipeline.page.levels import LEVELS, to_levels
from pipeline.page.media import Medium, drawn_frames
from pipeline.page.view import VECTORS, has_few_singers

# Least distance between two ticks, as a share of the height.
TICK_GAP = 0.08

ROUND_HZ = (100, 200, 400, 1000, 2000, 5000, 10_000)
# Sizes of points in pixels, each for fewer points than it says.
POINT_SIZES, SMALLEST = {400: 11, 2500: 8}, 4
TOO_LARGE = "left out to keep this file small"


@dataclass(frozen=True)
class Content:
    """The input of the page's data.

    Attributes
    ----------
    table : DataFrame
        Manifest of the recordings shown, with `seconds`, `frames` and any ``style_*``; a song that is not known is
        empty.
    views : dict
        ``clips`` and ``performances``, each from `pipeline.page.view.describe_view`; the first is shown first.
    attention : ndarray of float32, shape (clips, steps), or None
        Relative weights; None for a network without attention.
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
    hertz: NDArray[np.float64]
    frame_seconds: float
    clip_frames: int


def page_data(content: Content) -> dict[str, Any]:
    """Assemble the data of the page, still without sound and pictures; see `with_media`."""
    return {
        "recordings": _recordings(content.table, content.frame_seconds),
        "views": {kind: view | {"point_size": _point_size(view)} for kind, view in content.views.items()},
        "maps": [name for name in VECTORS if name in content.views["clips"]],
        "few_singers": has_few_singers(content.table["singer"].to_numpy()),
        "across_songs": len(set(content.table["song"])) > 1,
        "colourings": [vars(colouring) for colouring in colourings(content.table)],
        "attention": _attention(content.attention),
        "pitch_ticks": pitch_ticks(content.hertz),
        "frame_seconds": content.frame_seconds,
        "clip_seconds": content.clip_frames * content.frame_seconds,
    }


def with_media(data: dict[str, Any], media: Mapping[str, Medium], reasons: Mapping[str, str] | None = None) -> Any:
    """Add the sound and the picture of the chosen recordings, and say of each other one why it is silent.

    Parameters
    ----------
    data : dict
        From `page_data`.
    media : mapping of str to Medium
        By recording.
    reasons : mapping of str to str, optional
        Why there is no sound, by recording; by default, to keep the file small.
    """
    known = reasons or {}
    recordings = [
        recording
        | (
            vars(media[recording["name"]])
            if recording["name"] in media
            else {"silence": known.get(recording["name"], TOO_LARGE)}
        )
        for recording in data["recordings"]
    ]
    return data | {"recordings": recordings}


def _point_size(view: Mapping[str, Any]) -> int:
    return next((size for most, size in POINT_SIZES.items() if len(view["start"]) < most), SMALLEST)


def _recordings(table: pd.DataFrame, frame_seconds: float) -> list[dict[str, Any]]:
    names, singers, songs = (table[column].tolist() for column in ("recording", "singer", "song"))
    described = zip(
        names, singers, songs, _titles(table), table["seconds"].tolist(), table["frames"].tolist(), strict=True
    )
    return [
        {
            "name": name,
            "singer": singer,
            "song": song,
            "title": title,
            "seconds": round(seconds, 3),
            "picture_seconds": round(drawn_frames(frames) * frame_seconds, 4),
            "sound": None,
            "picture": None,
        }
        for name, singer, song, title, seconds, frames in described
    ]


def _titles(table: pd.DataFrame) -> list[str]:
    """Title recordings by their song, with a number where a singer sings it several times, or by file without one."""
    together = table.groupby(["singer", "song"], sort=False)["recording"]
    numbers, counts = (together.cumcount() + 1).tolist(), together.transform("size").tolist()
    files = [name.rpartition("/")[2] for name in table["recording"].tolist()]
    rows = zip(files, table["song"].tolist(), numbers, counts, strict=True)
    return [(f"{song} ({number})" if count > 1 else song) if song else file for file, song, number, count in rows]


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
