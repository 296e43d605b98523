"""The tract against scipy's filters and against the formulas of a tube."""

import numpy as np
import pytest
from scipy import signal

from pipeline.choir.vocal_tract import FFT, even_loudness, frame_times, resonators, source_slope, through, upper_tract

RATE = 22_050
FORMANTS, WIDTHS = [500.0, 1500.0, 2500.0], [60.0, 90.0, 120.0]
BINS = np.fft.rfftfreq(FFT, 1 / RATE)


def by_scipy(frequencies: list[float], widths: list[float]) -> np.ndarray:
    poles = np.exp((-np.pi * np.array(widths) + 2j * np.pi * np.array(frequencies)) / RATE)
    return np.poly(np.concatenate([poles, poles.conj()])).real


def test_resonators_are_poles_with_gain_one_at_zero() -> None:
    denominator = by_scipy(FORMANTS, WIDTHS)
    _, asked = signal.freqz([denominator.sum()], denominator, worN=BINS, fs=RATE)
    response = resonators(np.array([FORMANTS, FORMANTS]), np.array(WIDTHS), RATE)
    np.testing.assert_allclose(response[1], asked, rtol=1e-4)


def test_noise_passes_as_through_a_recursive_filter() -> None:
    noise = np.random.default_rng(0).standard_normal(8000).astype(np.float32)
    denominator = by_scipy(FORMANTS, WIDTHS)
    frames = len(frame_times(len(noise), RATE))
    response = resonators(np.repeat([FORMANTS], frames, axis=0), np.array(WIDTHS), RATE)
    slope = np.zeros((frames, FFT // 2 + 1), dtype=np.float32)
    heard = through(noise, noise, slope, response)
    asked = signal.lfilter([denominator.sum()], denominator, noise.astype(np.float64))
    assert heard.shape == noise.shape
    assert np.abs(heard - asked).max() < 0.01 * np.abs(asked).max()


def test_slope_is_a_straight_line_in_decibels_over_octaves() -> None:
    gain = 20 * np.log10(source_slope(np.array([200.0, 400.0]), np.array([-6.0, -12.0]), RATE))
    read = np.array([np.interp((100, 300, 800, 3200), BINS, row) for row in gain])
    np.testing.assert_allclose(read, np.array([[0.0, -3.51, -12.0, -24.0], [0.0, 0.0, -12.0, -36.0]]), atol=0.02)


def test_frames_are_centred_on_their_times() -> None:
    """A filter that lets only frame m pass lets the sound around that frame's time pass."""
    samples = 4000
    times = frame_times(samples, RATE)
    only = np.zeros((len(times), FFT // 2 + 1), dtype=np.complex64)
    only[7] = 1
    flat = np.ones((len(times), FFT // 2 + 1), dtype=np.float32)
    heard = through(np.ones(samples, dtype=np.float32), np.zeros(samples, dtype=np.float32), flat, only)
    assert np.average(np.arange(samples), weights=heard) / RATE == pytest.approx(times[7], abs=2 / RATE)


@pytest.mark.parametrize(("f0", "vowel"), [(110.0, FORMANTS), (330.0, [300.0, 2200.0, 3000.0]), (245.0, FORMANTS)])
def test_even_loudness_gives_a_held_note_the_same_power_whatever_pitch_and_vowel(f0: float, vowel: list[float]) -> None:
    frames = 60
    response = resonators(np.array([vowel] * frames), np.array(WIDTHS), RATE)
    slope = source_slope(np.full(frames, f0), np.full(frames, -6.0), RATE)
    gain = even_loudness(slope, response, np.full(frames, f0), RATE)
    harmonics = np.arange(f0, RATE / 2, f0)
    amplitude = np.interp(harmonics, BINS, (gain * np.abs(response) * slope)[30])
    assert 10 * np.log10(np.mean(amplitude**2)) == pytest.approx(0, abs=1.5)


@pytest.mark.parametrize("length", [14.0, 17.5])
def test_upper_formants_complete_a_tube(length: float) -> None:
    """A tube closed at one end resonates at odd multiples of c / 4 L, all equally strong."""
    quarter = 35_000 / (4 * length)
    lower = resonators(np.array([quarter * np.arange(1, 10, 2)]), np.full(5, 400.0), RATE)[0]
    response = 20 * np.log10(np.abs(lower * upper_tract(length, 0.0, RATE)))
    peaks = signal.find_peaks(response)[0][:8]
    np.testing.assert_allclose(BINS[peaks], quarter * np.arange(1, 16, 2), rtol=0.03, atol=20)
    assert np.ptp(response[peaks]) < 5


def test_the_singers_formant_is_a_bump_near_three_kilohertz() -> None:
    raised = 20 * np.log10(np.abs(upper_tract(17.5, 10.0, RATE) / upper_tract(17.5, 0.0, RATE)))
    assert BINS[np.argmax(raised)] == pytest.approx(3000, abs=20)
    assert raised.max() == pytest.approx(10, abs=0.01)
    assert raised[BINS < 1000].max() < 0.1
