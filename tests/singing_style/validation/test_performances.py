from dataclasses import replace

import numpy as np
import pandas as pd

from singing_style.validation.checkup import Checkup
from singing_style.validation.performances import foresee_performances
from tests.singing_style.made_up import PAPER

NOTHING = np.empty(0, np.float32)
GOOD = Checkup(22050, 1, 60.0, -3.0, -20.0, 0.0, 10.0, False, "good", 40.0, 38.0, 30, NOTHING, NOTHING)
# Of these a singer needs two: more than 3 s must be sung.
TAKE = replace(GOOD, seconds=2.0, sung_seconds=1.6, clips=0)


def roster(*rows: str) -> pd.DataFrame:
    """Make a table of singer/song-number."""
    parts = [row.replace("/", "-").split("-") for row in rows]
    table = pd.DataFrame(parts, columns=["singer", "song", "number"]).drop(columns="number")
    return table.assign(recording=rows, path=[f"{row}.wav" for row in rows])


def performances(checkups: dict[str, Checkup], *, join: bool, songs: bool = True) -> list[tuple[str, ...]]:
    table = roster(*checkups) if songs else roster(*checkups).drop(columns="song")
    heard = {name: one for name, one in checkups.items() if one is not BROKEN}
    found = foresee_performances(table, heard, PAPER, join=join)
    return sorted(map(tuple, found.drop(columns="pitch").to_numpy().tolist()))


BROKEN = replace(GOOD)


def test_what_is_broken_or_too_short_is_none() -> None:
    checkups = {"Ann/ode-1": GOOD, "Ann/ode-2": TAKE, "Ann/air-1": BROKEN, "Ben/ode-1": TAKE}
    assert performances(checkups, join=False) == [("Ann", "ode")]
    assert performances(checkups, join=False, songs=False) == [("Ann",)]


def test_takes_are_joined_by_singer_and_song() -> None:
    """Two takes hold 3.2 s, one 1.6 s."""
    checkups = {f"Ann/ode-{n}": TAKE for n in (1, 2)} | {f"Ann/air-{n}": TAKE for n in (1, 2)} | {"Ben/ode-1": TAKE}
    assert performances(checkups, join=True) == [("Ann", "air"), ("Ann", "ode")]
    # the song unknown, Ann's four are one performance, of 8 s
    assert performances(checkups | {"Ben/ode-2": TAKE}, join=True, songs=False) == [("Ann",), ("Ben",)]


def test_after_some_time_the_next_performance_begins() -> None:
    """Ten takes of 10 s are few, and two of them fit into 24 s; of 230 six fill a minute, and two are left over."""
    checkups = {f"Ann/ode-{n}": replace(TAKE, seconds=10.0) for n in range(10)}
    assert performances(checkups, join=True) == [("Ann", "ode")] * 5
    many = {f"Ann/ode-{n}": replace(TAKE, seconds=10.0) for n in range(230)}
    assert performances(many, join=True) == [("Ann", "ode")] * 38


def test_takes_of_two_sampling_rates_cannot_be_joined() -> None:
    checkups = {"Ann/ode-1": TAKE, "Ann/ode-2": TAKE, "Ann/ode-3": replace(TAKE, rate=48000)}
    assert performances(checkups, join=True) == []


def test_the_pitch_is_the_median_of_the_takes() -> None:
    pitches = {"Ann/ode-1": 60.0, "Ann/ode-2": 61.0, "Ann/ode-3": 70.0, "Ann/ode-4": float("nan")}
    checkups = {name: replace(TAKE, pitch=pitch) for name, pitch in pitches.items()}
    assert foresee_performances(roster(*checkups), checkups, PAPER, join=True)["pitch"].tolist() == [61.0]
    unknown = {name: replace(TAKE, pitch=float("nan")) for name in pitches}
    assert foresee_performances(roster(*unknown), unknown, PAPER, join=True)["pitch"].isna().tolist() == [True]
