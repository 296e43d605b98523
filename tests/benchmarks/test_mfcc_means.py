"""Means of MFCCs as the rival of a model."""

import numpy as np
import pytest

from benchmarks.mfcc_means import MfccMeans, scale_by
from singing_style.model import PACKAGED, StyleModel
from tests.singing_style.made_up import index_of, singing, voice

RATE = 22050


def test_all_but_the_vectors_is_heard_as_the_model_does() -> None:
    sound = np.concatenate([singing(220.0), singing(330.0)])
    by_means, by_model = (kind.load(PACKAGED).embed(sound, RATE) for kind in (MfccMeans, StyleModel))
    assert by_means.starts.tolist() == by_model.starts.tolist()
    assert (by_means.voiced_seconds, by_means.pitch) == (by_model.voiced_seconds, by_model.pitch)
    assert by_means.clips.shape == (len(by_model.clips), 19)


def test_coefficients_are_scaled_by_their_deviations_over_the_index() -> None:
    """Of 0 and 4 it is 2, of 1 and 7 it is 3."""
    index = index_of(voice("a", "Ann", 0, 1), voice("b", "Ben", 4, 7))
    (asked,) = scale_by(index, [voice("c", "Cy", 8, 6)])
    assert asked.performance.vector.tolist() == pytest.approx([4, 2])
    assert asked.performance.clips.tolist() == [pytest.approx([4, 2])]
