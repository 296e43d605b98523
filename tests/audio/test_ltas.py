import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, freqz, lfilter

from pipeline.audio.ltas import band_edges, long_term_average, pause_average, power_frames

RATE, LENGTH, HOP = 22050, 2048, 512


def noise(seconds: float, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * RATE)).astype(np.float32)


def test_bands_are_thirds_of_an_octave() -> None:
    edges = band_edges(RATE, LENGTH)
    hertz = np.array([first for first, _ in edges]) * RATE / LENGTH
    # 100 Hz x 2^(k/3) up to 0.95 x 11025 Hz: 20 bands; an edge is rounded up to a bin of 10.8 Hz
    assert len(edges) == 20
    assert np.all((hertz >= 100 * 2 ** (np.arange(20) / 3)) & (hertz < 100 * 2 ** (np.arange(20) / 3) + 10.8))
    assert all(end > first for first, end in edges)


def test_white_noise_is_flat_and_a_filter_shows_its_response() -> None:
    filtered = lfilter(*butter(2, 1500, fs=RATE), noise(20))
    flat = long_term_average(power_frames(noise(20), LENGTH, HOP), RATE)
    coloured = long_term_average(power_frames(np.asarray(filtered, np.float32), LENGTH, HOP), RATE)
    assert np.abs(flat).max() < 1
    _, response = freqz(*butter(2, 1500, fs=RATE), worN=np.arange(1025) * RATE / 2048, fs=RATE)
    levels = np.array([10 * np.log10(np.mean(np.abs(response[a:b]) ** 2)) for a, b in band_edges(RATE, LENGTH)])
    np.testing.assert_allclose(coloured, levels - levels.mean(), atol=0.8)


def test_loudness_does_not_matter() -> None:
    loud, quiet = (
        long_term_average(power_frames(x, LENGTH, HOP), RATE) for x in (noise(2), noise(2) * np.float32(1 / 64))
    )
    np.testing.assert_allclose(loud, quiet, atol=1e-4)


def test_pauses_hold_nothing_of_what_is_voiced() -> None:
    samples = noise(4)
    sung = slice(30 * HOP, 60 * HOP)
    louder = samples.copy()
    louder[sung] += np.sin(np.arange(30 * HOP) * 0.1).astype(np.float32)
    voiced = np.zeros(1 + len(samples) // HOP, bool)
    voiced[28:63] = True  # every frame that touches the note
    first, second = (pause_average(power_frames(x, LENGTH, HOP), voiced, RATE, HOP) for x in (samples, louder))
    assert first is not None
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(("unvoiced", "enough"), [(24, False), (25, True)])
def test_half_a_second_of_pauses_is_needed(unvoiced: int, enough: bool) -> None:
    power = power_frames(noise(4), LENGTH, HOP)
    voiced = np.ones(len(power), bool)
    voiced[:unvoiced] = False  # three of them share samples with a voiced frame; 22 x 512 / 22050 = 0.511 s
    assert (pause_average(power, voiced, RATE, HOP) is not None) == enough


def test_digital_silence_is_no_pause() -> None:
    samples = np.concatenate([noise(2), np.zeros(2 * RATE, np.float32)])
    voiced = np.arange(1 + len(samples) // HOP) < 90
    assert pause_average(power_frames(samples, LENGTH, HOP), voiced, RATE, HOP) is None
