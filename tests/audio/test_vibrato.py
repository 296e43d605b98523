import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audio.vibrato import read_vibrato, stretch_frames

STEP = 0.01


def held(seconds: float, rate: float, extent: float, phase: float = 0.0) -> np.ndarray:
    times = np.arange(0, seconds, STEP)
    contour: np.ndarray = 3000 + extent * np.sin(2 * np.pi * rate * times + phase)
    return contour


@settings(max_examples=30, deadline=None)
@given(st.integers(35, 85), st.floats(5, 150), st.floats(0, 6.28), st.floats(-60, 60))
def test_rate_and_extent_of_a_drifting_note(tenths: int, extent: float, phase: float, drift: float) -> None:
    contour = held(1.0, tenths / 10, extent, phase)
    found = read_vibrato(contour + np.linspace(0, drift, len(contour)), STEP)
    np.testing.assert_allclose(found.rate, tenths / 10, atol=1e-9)
    np.testing.assert_allclose(found.extent, extent, rtol=1e-6)


def test_a_straight_note_has_no_rate_and_next_to_no_extent() -> None:
    contour = held(2.0, 5.0, 0.0) + np.random.default_rng(0).normal(0, 3, 200)
    found = read_vibrato(contour, STEP)
    assert np.isnan(found.rate).mean() > 0.9
    assert np.nanmax(found.extent) < 6


@pytest.mark.parametrize("cents", [200, 700])
def test_no_stretch_across_a_change_of_note_counts(cents: int) -> None:
    contour = held(2.0, 5.5, 50.0)
    contour[100:] += cents
    found = read_vibrato(contour, STEP)
    across = slice(100 - stretch_frames(STEP) + 8, 100 - 8)
    assert np.isnan(found.extent[across]).all()
    np.testing.assert_allclose(found.extent[[0, -1]], 50, rtol=1e-6)


def test_stretches_with_a_gap_and_short_contours_have_none() -> None:
    contour = held(1.2, 6.0, 40.0)
    contour[60] = np.nan
    found = read_vibrato(contour, STEP)
    assert np.isfinite(found.rate).tolist() == [at + 50 < 60 or at > 60 for at in range(len(contour) - 50)]
    assert len(read_vibrato(contour[:50], STEP).rate) == 0
