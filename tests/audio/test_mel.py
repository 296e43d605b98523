"""Mel bands against librosa's, to the last bit, and by hand."""

import librosa
import numpy as np
import pytest

from pipeline.audio.mel import mel_filters, mel_frequencies

SETTINGS = [(22050, 2048, 96), (22050, 1024, 128), (8000, 512, 40), (48000, 4096, 16), (44100, 2048, 1), (1600, 256, 8)]


@pytest.mark.parametrize(("rate", "length", "bands"), SETTINGS)
def test_filters_are_librosas_to_the_last_bit(rate: int, length: int, bands: int) -> None:
    ours = mel_filters(rate, length, bands)
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, librosa.filters.mel(sr=rate, n_fft=length, n_mels=bands))


@pytest.mark.parametrize("highest", [500.0, 1000.0, 4000.0, 11025.0])
def test_frequencies_are_librosas_to_the_last_bit(highest: float) -> None:
    expected = librosa.mel_frequencies(n_mels=98, fmin=0.0, fmax=highest)
    np.testing.assert_array_equal(mel_frequencies(98, highest), expected)


def test_the_scale_by_hand() -> None:
    # 15 mels to 1 kHz, and 27 more to 6.4 kHz
    np.testing.assert_allclose(mel_frequencies(16, 1000.0), np.arange(16) * 200 / 3)
    np.testing.assert_allclose(mel_frequencies(43, 6400.0)[[15, 24, 33, 42]], 1000 * 6.4 ** (np.arange(4) / 3))


def test_a_band_into_which_no_bin_falls_is_empty() -> None:
    filters = mel_filters(22050, 64, 96)
    assert filters.shape == (96, 33)
    assert 0 < np.count_nonzero(filters.any(axis=1)) < 96
