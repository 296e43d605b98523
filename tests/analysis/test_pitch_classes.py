import librosa
import numpy as np
import pytest

from pipeline.analysis.pitch_classes import pitch_class_filters


@pytest.mark.parametrize(("rate", "length", "count"), [(22050, 2048, 12), (22050, 2048, 24), (16000, 1024, 36)])
def test_they_are_librosas(rate: int, length: int, count: int) -> None:
    expected = librosa.filters.chroma(sr=rate, n_fft=length, n_chroma=count, tuning=0.0)
    np.testing.assert_allclose(pitch_class_filters(rate, length, count), expected, atol=1e-6)


@pytest.mark.parametrize(("hertz", "pitch_class"), [(440.0, 9), (880.0, 9), (261.63, 0), (987.77, 11)])
def test_the_bin_of_a_note_belongs_to_its_class(hertz: float, pitch_class: int) -> None:
    filters = pitch_class_filters(22050, 8192, 12)
    assert filters[:, round(hertz * 8192 / 22050)].argmax() == pitch_class
