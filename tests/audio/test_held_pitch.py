"""Speech is doubted by how little its pitch is held: contours by hand, and sounds made to glide."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.held_pitch import glides, held_seconds
from pipeline.audio.sung_frames import find_sung
from tests.audio.test_sung_frames import HOP, RATE, Signal, evidence, join, measured, quiet, tone

# Frames of 0.1 s: a pitch is held for 3 of them, and averaged over 2.
FRAME_S = 0.1
ALL = np.ones(80, bool)


def periods(cents: NDArray[np.floating] | list[float]) -> NDArray[np.float64]:
    """Return the periods of a contour in cents above 200 Hz."""
    return np.asarray(1 / (200 * 2 ** (np.asarray(cents) / 1200)))


def test_a_note_is_held_throughout() -> None:
    assert held_seconds(periods([0.0] * 80), ALL, FRAME_S) == pytest.approx((8.0, 8.0))


def test_a_glide_is_held_nowhere() -> None:
    """80 cents a frame: three frames lie within 160, and the first three, averaged, within 120."""
    assert held_seconds(periods(80.0 * np.arange(80)), ALL, FRAME_S) == pytest.approx((0.0, 8.0))
    assert held_seconds(periods(40.0 * np.arange(80)), ALL, FRAME_S) == pytest.approx((8.0, 8.0))


def test_a_melody_of_short_notes_cannot_be_followed() -> None:
    """Its notes last five frames; each leap is within one, as where the frames are far shorter than the notes."""
    melody = np.repeat([0.0, 200.0, 400.0, 600.0] * 25, 5)
    assert held_seconds(periods(melody), np.ones(500, bool), HOP / RATE) == (0.0, 0.0)
    assert not glides(periods(melody), np.ones(500, bool), HOP / RATE)


def test_a_melody_of_longer_notes_is_held() -> None:
    melody = np.repeat([0.0, 200.0, 0.0, 300.0], 20)
    assert held_seconds(periods(melody), ALL, FRAME_S) == pytest.approx((8.0, 8.0))


def test_an_octave_error_of_two_frames_is_bridged() -> None:
    contour = np.zeros(80)
    contour[40:42] = 1200.0
    assert held_seconds(periods(contour), ALL, FRAME_S) == pytest.approx((8.0, 8.0))


@pytest.mark.parametrize(("frames", "speech"), [(49, False), (50, True)])
def test_five_seconds_must_be_heard_before_anything_is_called_speech(frames: int, speech: bool) -> None:
    assert glides(periods(80.0 * np.arange(frames)), np.ones(frames, bool), FRAME_S) == speech


@pytest.mark.parametrize(("held", "speech"), [(42, True), (44, False)])
def test_speech_holds_its_pitch_for_less_than_55_percent(held: int, speech: bool) -> None:
    """Of 80 frames, 44 are 55 per cent."""
    contour = np.concatenate([np.zeros(held), -1000 - 80.0 * np.arange(80 - held)])
    assert glides(periods(contour), ALL, FRAME_S) == speech


def test_what_is_no_tone_is_not_looked_at() -> None:
    tones = np.arange(80) % 10 < 2
    assert held_seconds(periods([0.0] * 80), tones, FRAME_S) == (0.0, 0.0)
    assert held_seconds(np.zeros(80), ALL, FRAME_S) == (0.0, 0.0)


def syllables(seconds: float, glide_cents: float, rng: np.random.Generator) -> Signal:
    """Make syllables of 0.4 s, 0.1 s apart, whose pitch falls by so much from a height drawn anew for each."""
    parts, time = [], np.arange(round(0.4 * RATE)) / RATE
    for _ in range(round(seconds / 0.5)):
        cents = rng.uniform(-400, 400) - glide_cents * time / 0.4
        phase = 2 * np.pi * np.cumsum(150 * 2 ** (cents / 1200)) / RATE
        parts += [0.2 * np.sum([np.sin(k * phase) / k for k in range(1, 9)], axis=0), quiet(0.1)]
    return np.concatenate(parts).astype(np.float32)


@pytest.mark.slow
@given(seed=st.integers(0, 999))
@settings(max_examples=10, deadline=None)
def test_what_glides_is_doubted_and_what_is_held_is_not(seed: int) -> None:
    spoken, sung = (evidence(syllables(12.0, cents, np.random.default_rng(seed))) for cents in (500.0, 50.0))
    assert (spoken.glides, sung.glides) == (True, False)
    assert spoken.sung.any()  # nothing is left out for a doubt


@pytest.mark.parametrize("hertz", [80.0, 220.0, 880.0])
@pytest.mark.parametrize("cents", [100.0, 150.0])
def test_a_wide_vibrato_is_held(hertz: float, cents: float) -> None:
    found = evidence(join(quiet(0.5), tone(hertz, 8.0, cents=cents), quiet(0.5)))
    assert not found.glides


def test_speech_is_followed_across_its_consonants() -> None:
    """Tones of 10 frames, fewer than the 13 of 0.3 s, with 3 of noise between: these gaps are filled before."""
    frames = np.arange(13 * 30)
    gliding = replace(
        measured([0.0] * len(frames), np.where(frames % 13 < 10, 0.9, 0.1).tolist()),
        period=periods(2000.0 - 20.0 * (frames % 130)),  # in 3 s, 2600 cents down: a semitone in 5 frames
    )
    assert find_sung(gliding, RATE, HOP / RATE, 65.0).glides
