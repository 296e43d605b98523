from dataclasses import asdict

import numpy as np
import pytest

from pipeline.choir.effort import STRONGEST, vary_effort
from pipeline.choir.singer import DYNAMICS_DB, draw_singer
from pipeline.choir.vowels import FORMANTS_HZ, formants
from tests.choir.conftest import PLAIN

MOVING = {
    "register",
    "formant_shifts",
    "singers_formant_db",
    "tilt_db_per_octave",
    "breathiness_db",
    "vibrato_extent_cents",
    "dynamics_db",
}


def performances(effort: float, **style: float) -> list[dict[str, float]]:
    singer = PLAIN.__class__(**(vars(PLAIN) | style))
    return [vary_effort(singer, effort, np.random.default_rng(seed)).style() for seed in range(2000)]


def column(table: list[dict[str, float]], name: str) -> np.ndarray:
    return np.array([row[f"style_{name}"] for row in table])


def test_without_effort_a_singer_stays_the_same() -> None:
    for seed in range(20):
        singer = draw_singer(np.random.default_rng(seed), "mixed")
        assert vary_effort(singer, 0.0, np.random.default_rng(1)) == singer


def test_only_what_real_singers_change_moves() -> None:
    before, after = asdict(PLAIN), asdict(vary_effort(PLAIN, 1.0, np.random.default_rng(0)))
    before["vibrato_extent_cents"] = after["vibrato_extent_cents"] = 0.0  # no vibrato stays none
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= MOVING
    assert {"register", "tilt_db_per_octave", "breathiness_db"} <= moved


@pytest.mark.parametrize("effort", [0.5, 1.0, 2.0])
def test_ranges_are_proportional_to_the_effort(effort: float) -> None:
    table = performances(effort, vibrato_extent_cents=100.0, singers_formant_db=12.0, dynamics_db=4.0)
    for name, middle, reach in (
        ("tilt_db_per_octave", -6.0, 2.5),
        ("breathiness_db", -60.0, 5.0),
        ("singers_formant_db", 12.0, 5.0),
        ("register", 57.0, 4.0),
        ("vibrato_extent_cents", 100.0, 50.0),
        ("formant_1_shift", 1.0, 0.01),
        ("formant_5_shift", 1.0, 0.01),
    ):
        moved = column(table, name) - middle
        assert np.abs(moved).max() <= effort * reach + 1e-9
        assert np.abs(moved).max() > 0.9 * effort * reach
        assert moved.mean() == pytest.approx(0, abs=0.05 * effort * reach)


@pytest.mark.slow
def test_dynamics_are_wholly_redrawn_from_one_on() -> None:
    assert np.ptp(column(performances(0.5, dynamics_db=4.0), "dynamics_db")) == pytest.approx(3.5, abs=0.05)
    for effort in (1.0, 2.0):
        drawn = column(performances(effort, dynamics_db=4.0), "dynamics_db")
        assert (drawn.min(), drawn.max()) == pytest.approx(DYNAMICS_DB, abs=0.05)


def test_louder_is_brighter_clearer_and_less_breathy() -> None:
    table = performances(1.0, singers_formant_db=12.0)
    tilt, ring, breath = (
        column(table, name) for name in ("tilt_db_per_octave", "singers_formant_db", "breathiness_db")
    )
    # Shares 3/4 and 1/4 of independent uniform draws: (3/4)^2 / ((3/4)^2 + (1/4)^2) = 0.9.
    assert np.corrcoef(tilt, ring)[0, 1] == pytest.approx(0.9, abs=0.02)
    assert np.corrcoef(tilt, breath)[0, 1] == pytest.approx(-0.9, abs=0.02)
    assert np.corrcoef(tilt, column(table, "register"))[0, 1] == pytest.approx(0, abs=0.08)


def test_as_many_numbers_are_drawn_whatever_the_effort() -> None:
    after = []
    for effort in (0.0, 1.0, STRONGEST):
        rng = np.random.default_rng(11)
        vary_effort(PLAIN, effort, rng)
        after.append(rng.random())
    assert len(set(after)) == 1


@pytest.mark.parametrize("voices", ["alike", "mixed"])
def test_the_strongest_effort_keeps_every_voice_a_voice(voices: str) -> None:
    for seed in range(400):
        rng = np.random.default_rng(seed)
        singer = vary_effort(draw_singer(rng, voices), STRONGEST, rng)  # type: ignore[arg-type]
        assert all((np.diff(formants(vowel, singer)) > 0).all() for vowel in FORMANTS_HZ)
        assert singer.vibrato_extent_cents >= 0
        assert singer.singers_formant_db >= 0
        assert singer.tilt_db_per_octave < 0
