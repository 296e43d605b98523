from typing import Any

import numpy as np
import pandas as pd

from pipeline.page.content import Content, page_data, with_media
from pipeline.page.media import Medium


def described(songs: list[str], names: list[str] | None = None) -> dict[str, Any]:
    names = names or [f"r{number}" for number in range(len(songs))]
    table = pd.DataFrame({"recording": names, "singer": "Ann", "song": songs, "seconds": 3.0, "frames": 130})
    view = {"start": [0] * len(songs), "embedding": {}}
    return page_data(Content(table, {"performances": view, "clips": view}, None, np.array([100.0, 200.0]), 0.1, 20))


def titles(songs: list[str]) -> list[str]:
    return [recording["title"] for recording in described(songs)["recordings"]]


def test_songs_sung_twice_are_numbered_and_unknown_ones_go_by_the_recording() -> None:
    assert titles(["ode", "air", "ode"]) == ["ode (1)", "air", "ode (2)"]
    assert titles(["", ""]) == ["r0", "r1"]
    (folder,) = described([""], names=["Ann/take 1.wav"])["recordings"]
    assert folder["title"] == "take 1.wav"


def test_whether_neighbours_are_across_songs_is_said() -> None:
    assert [described(songs)["across_songs"] for songs in (["ode", "air"], ["", ""])] == [True, False]


def test_what_is_silent_says_why() -> None:
    data = with_media(described(["ode", "air", "march"]), {"r1": Medium("sound", "picture")}, {"r2": "not found"})
    assert [one.get("silence") for one in data["recordings"]] == [
        "left out to keep this file small",
        None,
        "not found",
    ]
    assert data["recordings"][1]["sound"] == "sound"
