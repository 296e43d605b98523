import librosa
import numpy as np
import pytest

from singing_style.hearing import hear
from singing_style.mfcc_means import BesideMeans, columns_of_means, mfcc_means, scaled
from singing_style.model import PACKAGED, StyleModel
from tests.singing_style.made_up import singing

RATE = 22050
# Singing, a second of silence, and singing at another pitch: longer than one clip.
SOUND = np.concatenate([singing(220.0), np.zeros(RATE), singing(330.0)])


def test_they_are_means_over_the_sung_frames_without_the_zeroth() -> None:
    """As librosa computes them from the spectrogram that the model hears."""
    listening = StyleModel.load(PACKAGED).listening
    heard = hear(SOUND, listening, RATE)
    cepstra = librosa.feature.mfcc(S=heard.spectrogram.astype(np.float64).T, n_mfcc=20)[1:]
    vector, clips = mfcc_means(heard, listening.clip_frames)
    assert not heard.voiced.all()
    np.testing.assert_allclose(vector, cepstra[:, heard.voiced].mean(axis=1), rtol=1e-5)
    assert len(clips) == len(heard.clip_starts) > 1
    last = slice(heard.clip_starts[-1], heard.clip_starts[-1] + listening.clip_frames)
    np.testing.assert_allclose(clips[-1], cepstra[:, last][:, heard.voiced[last]].mean(axis=1), rtol=1e-5)


def test_they_stand_behind_the_vectors_of_the_model() -> None:
    model = StyleModel.load(PACKAGED)
    ours, both = model.embed(SOUND, RATE), BesideMeans.of(model).embed(SOUND, RATE)
    count = columns_of_means(model.listening)
    vector, clips = mfcc_means(hear(SOUND, model.listening, RATE), model.listening.clip_frames)
    assert count == 19
    np.testing.assert_array_equal(both.vector, np.concatenate([ours.vector, vector]))
    np.testing.assert_array_equal(both.clips, np.concatenate([ours.clips, clips], axis=1))


def test_coefficients_are_scaled_by_their_deviations_and_constant_ones_stay() -> None:
    """Of 0 and 4 the deviation is 2; of 7 and 7 there is none."""
    over = np.array([[0.0, 7.0], [4.0, 7.0]])
    assert scaled(np.array([[8.0, 6.0]]), over).tolist() == [pytest.approx([4, 6])]
