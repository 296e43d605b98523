import math

import numpy as np
import pytest

from singing_style.hearing import hear
from singing_style.performance import TooLittleSinging
from singing_style.register import SEMITONES, doubt_pitch, median_pitch, same_register
from tests.singing_style.made_up import RATE, singing, tiny_model

LISTENING = tiny_model().listening


@pytest.mark.parametrize(("hertz", "midi"), [(440.0, 69), (220.0, 57), (110.0, 45)])
def test_the_pitch_of_a_vowel_is_its_note(hertz: float, midi: float) -> None:
    sound = singing(hertz).astype(np.float32)
    assert median_pitch(sound, LISTENING) == pytest.approx(midi, abs=0.2)
    assert hear(sound, LISTENING, RATE).pitch == pytest.approx(midi, abs=0.2)


def test_most_of_a_recording_decides() -> None:
    sound = np.concatenate([singing(220.0, 2), singing(440.0, 4), singing(220.0, 1.5)]).astype(np.float32)
    assert median_pitch(sound, LISTENING) == pytest.approx(69, abs=0.5)


@pytest.mark.slow
@pytest.mark.parametrize("before", [200, 0])
def test_a_long_silence_or_a_low_hum_beside_it_hides_no_pitch(before: int) -> None:
    """Of 13 pieces that are loud enough, 12 are heard; pieces 50 dB below the loudest are none of them."""
    hum = 0.001 * np.sin(2 * np.pi * 150 * np.arange(200 * RATE) / RATE)
    parts = [hum[: before * RATE], singing(440.0, 130), hum[before * RATE :]]
    assert median_pitch(np.concatenate(parts).astype(np.float32), LISTENING) == pytest.approx(69, abs=0.2)


@pytest.mark.slow
def test_most_of_a_long_recording_decides() -> None:
    sound = np.concatenate([singing(220.0, 125), singing(440.0, 250)]).astype(np.float32)
    assert median_pitch(sound, LISTENING) == pytest.approx(69, abs=0.5)


def test_what_has_no_pitch_is_of_no_register() -> None:
    noise = np.random.default_rng(0).normal(size=RATE // 100).astype(np.float32)
    assert math.isnan(median_pitch(np.zeros(RATE, np.float32), LISTENING))
    assert math.isnan(median_pitch(noise, LISTENING))  # shorter than Praat's window
    assert not same_register([math.nan, 60.0], math.nan).any()


def test_half_an_octave_either_way_is_a_register() -> None:
    pitches = [60 - SEMITONES - 0.1, 60 - SEMITONES, 60 + SEMITONES, 60 + SEMITONES + 0.1]
    assert same_register(pitches, 60.0).tolist() == [False, True, True, False]
    assert same_register([60, 50], [54, 70]).tolist() == [True, False]


@pytest.mark.parametrize("hertz", [100.0, 220.0, 440.0, 900.0, 1000.0])
def test_a_voice_is_not_doubted(hertz: float) -> None:
    sound = singing(hertz).astype(np.float32)
    assert doubt_pitch(sound, LISTENING, median_pitch(sound, LISTENING)) == ""


@pytest.mark.parametrize("times", [44100 / 8000, 48000 / 11025])
def test_a_take_declared_at_too_high_a_rate_is_told(times: float) -> None:
    """Of samples at a third of the rate that is stated, three times the pitch."""
    sound = singing(300.0 * times).astype(np.float32)
    doubt = doubt_pitch(sound, LISTENING, median_pitch(sound, LISTENING))
    assert doubt.startswith(f"half of it lies above {300 * times:.0f}"[:-2])
    assert doubt in hear(sound, LISTENING, RATE).remarks


def test_a_take_that_too_high_a_rate_makes_too_short_is_told_why() -> None:
    """Eight seconds declared at 5.5 times their rate last 1.5 s, and sound at 5.5 times 300 Hz."""
    brief = LISTENING.model_copy(update={"clip_frames": 256, "clip_hop": 51, "min_voiced": 128})
    with pytest.raises(
        TooLittleSinging, match=r"more than 3\.0 s are needed; half of it lies above 16[45]\d Hz, higher"
    ):
        hear(singing(1650.0, 1.5).astype(np.float32), brief, RATE)


@pytest.mark.parametrize("times", [8000 / 44100, 11025 / 48000])
def test_a_take_declared_at_too_low_a_rate_is_told(times: float) -> None:
    sound = singing(130.0 * times, 12).astype(np.float32)
    doubt = doubt_pitch(sound, LISTENING, median_pitch(sound, LISTENING))
    assert (
        doubt == f"half of it lies below {130 * times:.0f} Hz, lower than anybody sings; "
        "perhaps its sampling rate is stated too low"
    )


@pytest.mark.parametrize("hertz", [45.0, 65.0, 90.0])
def test_a_bass_is_not_doubted(hertz: float) -> None:
    sound = singing(hertz, 6).astype(np.float32)
    assert doubt_pitch(sound, LISTENING, median_pitch(sound, LISTENING)) == ""
