"""Means of MFCCs as the rival of a model, on singing whose spectrogram is at hand."""

import librosa
import numpy as np
import pytest

from benchmarks.mfcc_means import MfccMeans, scale_by
from singing_style.hearing import hear
from singing_style.model import PACKAGED, StyleModel
from tests.singing_style.made_up import index_of, singing, voice

RATE = 22050
# Singing, a second of silence, and singing at another pitch: longer than one clip.
SOUND = np.concatenate([singing(220.0), np.zeros(RATE), singing(330.0)])


def test_the_vector_is_the_mean_over_the_sung_frames_without_the_zeroth() -> None:
    heard = hear(SOUND, MfccMeans.load(PACKAGED).listening, RATE)
    cepstra = librosa.feature.mfcc(S=heard.spectrogram.astype(np.float64).T, n_mfcc=20)[1:]
    performance = MfccMeans.load(PACKAGED).embed(SOUND, RATE)
    assert not heard.voiced.all()
    np.testing.assert_allclose(performance.vector, cepstra[:, heard.voiced].mean(axis=1), rtol=1e-5)
    start = heard.clip_starts[-1]
    last = slice(start, start + 256)
    np.testing.assert_allclose(performance.clips[-1], cepstra[:, last][:, heard.voiced[last]].mean(axis=1), rtol=1e-5)


def test_all_else_is_heard_as_the_model_does() -> None:
    by_means, by_model = (kind.load(PACKAGED).embed(SOUND, RATE) for kind in (MfccMeans, StyleModel))
    assert by_means.starts.tolist() == by_model.starts.tolist()
    assert (by_means.voiced_seconds, by_means.pitch) == (by_model.voiced_seconds, by_model.pitch)
    assert by_means.clips.shape == (len(by_model.clips), 19)


def test_coefficients_are_scaled_by_their_deviations_over_the_index() -> None:
    """Of 0 and 4 it is 2, of 1 and 7 it is 3."""
    index = index_of(voice("a", "Ann", 0, 1), voice("b", "Ben", 4, 7))
    (asked,) = scale_by(index, [voice("c", "Cy", 8, 6)])
    assert asked.performance.vector.tolist() == pytest.approx([4, 2])
    assert asked.performance.clips.tolist() == [pytest.approx([4, 2])]
