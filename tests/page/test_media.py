import base64
import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from pipeline.page.media import (
    RATE,
    WIDEST,
    Medium,
    choose_media,
    drawn_frames,
    encode_opus,
    encode_picture,
    join_frames,
    make_medium,
)

NAMES = [f"r{number}" for number in range(8)]


def make(name: str) -> Medium:
    return Medium("s" * 60, "p" * 40)


def test_all_are_taken_where_they_fit() -> None:
    assert set(choose_media(NAMES, make, 800, np.random.default_rng(0))) == set(NAMES)


@pytest.mark.parametrize(("budget", "fit"), [(799, 7), (300, 3), (99, 0), (0, 0)])
def test_as_many_as_fit(budget: int, fit: int) -> None:
    assert len(choose_media(NAMES, make, budget, np.random.default_rng(0))) == fit


def test_the_choice_follows_the_seed() -> None:
    chosen = [frozenset(choose_media(NAMES, make, 300, np.random.default_rng(seed))) for seed in (1, 1, 2, 3, 4)]
    assert chosen[0] == chosen[1]
    assert len(set(chosen)) > 1


def test_media_stand_in_base64() -> None:
    medium = make_medium(b"sound", b"picture!")
    assert base64.b64decode(medium.sound) == b"sound"
    assert base64.b64decode(medium.picture) == b"picture!"
    assert medium.size() == 8 + 12


TONE = (0.4 * np.sin(2 * np.pi * 440 * np.arange(22_050 * 3) / 22_050)).astype(np.float32)


@pytest.mark.parametrize("rate", [22_050, RATE])
def test_a_tone_keeps_its_pitch_length_and_level(rate: int) -> None:
    decoded, decoded_rate = soundfile.read(io.BytesIO(encode_opus(TONE, rate, 24)))
    seconds = len(TONE) / rate
    assert decoded_rate == RATE
    assert len(decoded) / RATE == pytest.approx(seconds, abs=0.02)
    spectrum = np.abs(np.fft.rfft(decoded))
    assert spectrum.argmax() * RATE / len(decoded) == pytest.approx(440 * rate / 22_050, abs=1)
    assert np.std(decoded) == pytest.approx(0.4 / np.sqrt(2), rel=0.1)


def test_the_same_sound_gives_the_same_bytes_and_the_bit_rate_is_kept() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, RATE * 5).astype(np.float32)
    once, again = encode_opus(noise, RATE, 24), encode_opus(noise, RATE, 24)
    assert once == again
    assert len(once) * 8 / 5 / 1000 == pytest.approx(24, rel=0.35)
    assert len(encode_opus(noise, RATE, 48)) > 1.5 * len(once)


def pixels(decibels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(encode_picture(decibels, 60.0))).convert("L"), float)


def test_loud_is_dark_low_is_below_and_time_runs_right() -> None:
    decibels = np.zeros((64, 32))
    decibels[:32, :8] = 60  # early and low
    picture = pixels(decibels)
    assert picture.shape == (32, 64)
    assert picture[26:, 2:28].mean() < 20
    assert picture[:20].mean() > 240
    assert picture[26:, 36:].mean() > 240


def test_half_the_range_is_half_grey() -> None:
    assert abs(pixels(np.full((40, 40), 30.0)).mean() - 127.5) < 4


def test_long_recordings_keep_their_maxima() -> None:
    decibels = np.zeros((7, 1), np.float32)
    decibels[4] = 60
    np.testing.assert_array_equal(join_frames(decibels, 3)[:, 0], [0, 60, 0])
    np.testing.assert_array_equal(join_frames(decibels, 7), decibels)


def test_a_picture_never_passes_what_webp_can_hold() -> None:
    frames = WIDEST + 1
    assert pixels(np.zeros((frames, 4))).shape == (4, frames // 2 + 1)
    assert drawn_frames(frames) == frames + 1
    assert drawn_frames(WIDEST) == WIDEST
