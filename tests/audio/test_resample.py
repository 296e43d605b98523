"""Mixing to mono and resampling, against sines written out and silence in its disguises."""

import numpy as np
import pytest

from pipeline.audio.resample import check_long_enough, limit_peak, resample, to_mono
from pipeline.errors import BadRecordingError


def test_mono_is_the_mean_without_its_offset() -> None:
    samples = np.array([[0.5, 0.1], [0.3, -0.1], [-0.5, 0.3]], np.float32)
    # channel means 0.3, 0.1, -0.1; their mean 0.1
    np.testing.assert_allclose(to_mono(samples), [0.2, 0.0, -0.2], atol=1e-7)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("offset", [0.0, 0.7, -1.0])
def test_silence_and_constant_offset_are_silent(channels: int, offset: float) -> None:
    hiss = 4e-5 * np.random.default_rng(0).uniform(-1, 1, (5000, channels))  # peak to peak 8e-5
    with pytest.raises(BadRecordingError, match="^silent$"):
        to_mono((offset + hiss).astype(np.float32))


def test_what_is_barely_louder_is_kept() -> None:
    samples = np.array([[0.2], [0.2 + 1.2e-4]], np.float32)
    assert np.ptp(to_mono(samples)) == pytest.approx(1.2e-4, rel=1e-3)


def test_channels_that_cancel_out_are_told_apart_from_silence() -> None:
    left = np.sin(np.arange(1000) / 10).astype(np.float32)
    with pytest.raises(BadRecordingError, match="cancel"):
        to_mono(np.stack([left, -left], axis=1))


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 96000])
def test_a_sine_keeps_its_pitch_level_and_phase(rate: int) -> None:
    source = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32)
    resampled = resample(source, rate, 22050, "HQ")
    assert resampled.dtype == np.float32
    assert abs(len(resampled) - 22050) <= 1
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(resampled)) / 22050)
    np.testing.assert_allclose(resampled[500:-500], expected[500:-500], atol=1e-4)


def test_what_lies_above_the_new_range_is_gone() -> None:
    source = np.sin(2 * np.pi * 15000 * np.arange(44100) / 44100).astype(np.float32)
    assert np.abs(resample(source, 44100, 22050, "HQ")[500:-500]).max() < 1e-4


def test_too_short_is_named_with_its_length() -> None:
    check_long_enough(np.zeros(2048, np.float32), 22050, 2048)
    with pytest.raises(BadRecordingError, match=r"^too short: 93 ms, an analysis frame has 93 ms$"):
        check_long_enough(np.zeros(2047, np.float32), 22050, 2048)


def test_only_a_peak_above_one_is_scaled_down() -> None:
    loud = np.array([0.5, -2.0], np.float32)
    assert limit_peak(loud).tolist() == [0.25, -1.0]
    fitting = np.array([0.5, -1.0], np.float32)
    assert limit_peak(fitting).tolist() == [0.5, -1.0]
