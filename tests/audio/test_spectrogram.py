"""Spectrograms, against librosa's own call, a plain float64 transform, and Slaney's formula written out."""

import librosa
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.constant_q import constant_q_power
from pipeline.audio.settings import SpectrogramSettings
from pipeline.audio.spectrogram import (
    BLOCK,
    centre_frequencies,
    mel_spectrogram,
    spectrogram,
    to_decibels,
)

RATE, LENGTH, HOP, BINS = 22050, 2048, 512, 96
C2 = 65.40639132514966
PAPER = SpectrogramSettings(length=LENGTH, hop=HOP, bins=BINS, bins_per_octave=24, cqt_min_hz=C2, floor_db=60.0)


def sine(hertz: float, seconds: float = 1.5) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return mel_spectrogram(samples, RATE, length=LENGTH, hop=HOP, bins=BINS)


def cqt(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return constant_q_power(samples, RATE, hop=HOP, bins=BINS, bins_per_octave=24, min_hz=C2)


def slaney_corners(bins: int) -> NDArray[np.float64]:
    """Slaney's Auditory Toolbox: 200/3 Hz a step up to 1000 Hz, above it 27 steps for a factor of 6.4."""
    top = 15 + 27 * np.log(RATE / 2 / 1000) / np.log(6.4)
    steps = np.linspace(0, top, bins + 2)
    return np.where(steps < 15, steps * 200 / 3, 1000 * 6.4 ** ((steps - 15) / 27))


def slaney_filters(bins: int) -> NDArray[np.float64]:
    """Triangles from corner to corner, of area 1 over frequency in Hz; shape (bins, LENGTH // 2 + 1)."""
    corners = slaney_corners(bins)
    hertz = np.arange(LENGTH // 2 + 1) * RATE / LENGTH
    filters = np.zeros((bins, len(hertz)))
    for band in range(bins):
        left, centre, right = corners[band : band + 3]
        rising, falling = (hertz - left) / (centre - left), (right - hertz) / (right - centre)
        filters[band] = np.maximum(0, np.minimum(rising, falling)) * 2 / (right - left)
    return filters


def test_one_mel_frame_by_a_plain_float64_transform() -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 12000).astype(np.float32)
    frame = 9
    first = frame * HOP - LENGTH // 2
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(LENGTH) / LENGTH)
    stretch = samples[first : first + LENGTH].astype(np.float64) * window
    turns = np.outer(np.arange(LENGTH // 2 + 1), np.arange(LENGTH)) / LENGTH
    power = np.abs(np.exp(-2j * np.pi * turns) @ stretch) ** 2
    np.testing.assert_allclose(mel(samples)[frame], slaney_filters(BINS) @ power, rtol=1e-4)


@pytest.mark.parametrize("samples", [2048, 2559, 30000, 90001])
def test_mel_is_librosas_default(samples: int) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, samples).astype(np.float32)
    for signal in (noise, sine(440.0, samples / RATE) * np.linspace(0, 1, samples, dtype=np.float32)):
        reference = librosa.feature.melspectrogram(y=signal, sr=RATE, n_mels=96).T
        found = to_decibels(mel(signal), 60.0)
        np.testing.assert_allclose(found, to_decibels(reference, 60.0), atol=0.01)


def test_concert_a_is_66_quarter_tones_above_c2() -> None:
    power = cqt(sine(440.0))
    assert power[len(power) // 2].argmax() == 66
    assert centre_frequencies(RATE, "cqt", PAPER)[66] == pytest.approx(440.0)


@pytest.mark.parametrize("band", [7, 20, 41, 60, 88])
def test_a_sine_peaks_in_its_mel_band(band: int) -> None:
    power = mel(sine(float(slaney_corners(BINS)[band + 1])))
    assert power[len(power) // 2].argmax() == band


def test_mel_centres_by_formula() -> None:
    np.testing.assert_allclose(centre_frequencies(RATE, "mel", PAPER), slaney_corners(BINS)[1:-1], rtol=1e-9)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(samples=st.integers(LENGTH, 40000))
@example(samples=LENGTH)
@example(samples=2559)  # librosa.cqt gives one frame more for these two
@example(samples=3070)
def test_both_have_the_same_frames(samples: int) -> None:
    noise = np.random.default_rng(samples).uniform(-1, 1, samples).astype(np.float32)
    for power in (mel(noise), cqt(noise)):
        assert power.shape == (1 + samples // HOP, BINS)
        assert power.dtype == np.float32
        assert power.min() >= 0


def test_decibels_by_hand() -> None:
    power = np.array([[2.0, 0.2, 0.002], [2e-6, 2e-7, 0.0]], np.float32)
    np.testing.assert_allclose(to_decibels(power, 60.0), [[60, 50, 30], [0, 0, 0]], atol=1e-4)
    np.testing.assert_allclose(to_decibels(power, 40.0), [[40, 30, 10], [0, 0, 0]], atol=1e-4)


@given(exponent=st.integers(-38, 37))
def test_decibels_do_not_depend_on_level(exponent: int) -> None:
    power = np.array([[1.0, 0.5, 1e-3]]) * 10.0**exponent
    expected = [[60, 60 - 3.0103, 30]]
    np.testing.assert_allclose(to_decibels(power.astype(np.float32), 60.0), expected, atol=1e-3)


def test_decibels_do_not_depend_on_the_block() -> None:
    power = np.random.default_rng(0).uniform(size=(2 * BLOCK + 5, 3)).astype(np.float32)
    expected = np.maximum(10 * np.log10(power.astype(np.float64) / power.max()) + 60, 0)
    np.testing.assert_allclose(to_decibels(power, 60.0), expected, atol=1e-4)


def test_silence_is_zero_not_sixty() -> None:
    assert to_decibels(np.zeros((3, 2), np.float32), 60.0).tolist() == [[0, 0]] * 3


@pytest.mark.parametrize(("feature", "compute"), [("mel", mel), ("cqt", cqt)])
def test_spectrogram_chooses_and_scales(feature: str, compute: object) -> None:
    samples = sine(440.0) * np.linspace(0, 1, round(1.5 * RATE), dtype=np.float32)
    chosen = spectrogram(samples, RATE, "mel" if feature == "mel" else "cqt", PAPER)
    power = (mel if compute is mel else cqt)(samples).astype(np.float64)
    expected = np.clip(10 * np.log10(np.maximum(power, 1e-30) / power.max()), -60, 0) + 60
    np.testing.assert_allclose(chosen, expected, atol=1e-3)
