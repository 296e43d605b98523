"""Shifts against grids on which they are exact, and against a sound that was sped up."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pipeline.audio.settings import SpectrogramSettings
from pipeline.audio.spectrogram import centre_frequencies, mel_spectrogram, to_decibels
from pipeline.nn.augmentation.curves import cosines
from pipeline.nn.augmentation.voice import ENVELOPE_ORDERS, VoiceShift

CPU = torch.device("cpu")
CQT = 65.4 * 2 ** (np.arange(96) / 24)
RATE = 22050
MEL = centre_frequencies(RATE, "mel", SpectrogramSettings(2048, 512, 96, 24, 65.4, 60.0))


def shift(
    spectrum: NDArray[np.float64], hertz: NDArray[np.float64], pitch: float, formants: float
) -> NDArray[np.float64]:
    (matrix,) = VoiceShift(hertz, 1, 1).matrices(np.array([[pitch, formants]]), CPU).numpy()
    shifted: NDArray[np.float64] = spectrum @ matrix.astype(np.float64)
    return shifted


def split(spectrum: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the envelope by least squares; what is left is the fine structure."""
    basis = cosines(len(spectrum), np.arange(ENVELOPE_ORDERS)).T
    envelope = basis @ np.linalg.lstsq(basis, spectrum, rcond=None)[0]
    return envelope, spectrum - envelope


def test_an_octave_of_both_is_exactly_24_bins() -> None:
    spectrum = np.random.default_rng(0).uniform(0, 60, 96)
    np.testing.assert_allclose(shift(spectrum, CQT, 2, 2)[24:], spectrum[:-24], atol=1e-3)
    np.testing.assert_allclose(shift(spectrum, CQT, 0.5, 0.5)[:-24], spectrum[24:], atol=1e-3)


@pytest.mark.parametrize(("pitch", "formants"), [(2.0, 1.0), (1.0, 2.0)])
def test_pitch_moves_the_fine_structure_and_formants_the_envelope(pitch: float, formants: float) -> None:
    envelope, fine = split(np.random.default_rng(1).uniform(0, 60, 96))
    moved_fine = np.concatenate([np.zeros(24), fine[:-24]]) if pitch == 2 else fine
    moved_envelope = np.concatenate([np.full(24, envelope[0]), envelope[:-24]]) if formants == 2 else envelope
    np.testing.assert_allclose(shift(envelope + fine, CQT, pitch, formants), moved_fine + moved_envelope, atol=1e-3)


@pytest.mark.parametrize("hertz", [CQT, MEL])
def test_no_shift_changes_nothing(hertz: NDArray[np.float64]) -> None:
    spectrum = np.random.default_rng(2).uniform(0, 60, 96)
    np.testing.assert_allclose(shift(spectrum, hertz, 1, 1), spectrum, atol=1e-4)


def test_silence_stays_silent() -> None:
    assert not shift(np.zeros(96), MEL, 1.1, 0.9).any()


def harmonics(fundamental: float) -> NDArray[np.float64]:
    """Return the mel spectrum in dB of a sound of two harmonics."""
    time = np.arange(RATE) / RATE
    sound = sum(np.sin(2 * np.pi * order * fundamental * time) for order in (1, 2))
    power = mel_spectrogram(np.asarray(sound, np.float32), RATE, length=2048, hop=512, bins=96)
    decibels: NDArray[np.float64] = to_decibels(power, 60.0)[20].astype(np.float64)
    return decibels


@pytest.mark.parametrize("semitones", [-2, 1, 3])
def test_two_harmonics_stand_where_those_of_a_sound_sped_up_stand(semitones: int) -> None:
    factor = 2 ** (semitones / 12)
    shifted, sped_up = shift(harmonics(500.0), MEL, factor, 1.0), harmonics(500.0 * factor)
    for order in (1, 2):
        near = np.abs(MEL / (500 * factor * order) - 1) < 0.2
        places = [np.flatnonzero(near)[np.argmax(spectrum[near])] for spectrum in (shifted, sped_up)]
        assert abs(places[0] - places[1]) <= 1


def test_factors_lie_within_the_semitones_and_voices_share_them() -> None:
    voice = np.array([7, 3, 7, 7, 3, 900])
    factors, row = VoiceShift(CQT, 3, 0).draw(voice, np.random.default_rng(0))
    assert factors.shape == (3, 2)
    assert (np.unique(voice)[row] == voice).all()
    assert (factors[:, 1] == 1).all()
    many, _ = VoiceShift(CQT, 3, 1).draw(np.arange(4000), np.random.default_rng(0))
    semitones = 12 * np.log2(many)
    assert (np.abs(semitones) <= [3, 1]).all()
    assert semitones.std(axis=0) == pytest.approx([3 / np.sqrt(3), 1 / np.sqrt(3)], rel=0.05)
