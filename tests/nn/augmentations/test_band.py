import numpy as np

from pipeline.nn.augmentations.band import band_gain, draw_band

OCTAVE = np.array([5.0, 6.0, 7.0, 8.0, 9.0])


def test_power_falls_along_the_slopes() -> None:
    inside = np.array([[[0.5]], [[2.0]]])  # edges at octaves 5.5 and 7
    slope = np.array([[[12.0]], [[24.0]]])
    np.testing.assert_allclose(band_gain(OCTAVE, inside, slope), [[-6, 0, 0, -24, -48]])


def test_no_limit_leaves_all_bins() -> None:
    assert not draw_band(7, 2**OCTAVE, 0.0, np.random.default_rng(0)).any()


def test_edges_stay_within_their_octaves() -> None:
    gain = draw_band(500, 2**OCTAVE, 1.5, np.random.default_rng(0))
    assert (gain <= 0).all()
    assert not gain[:, 2].any()
    assert gain[:, 0].min() < -48 * 1.2
    assert gain.min() >= -48 * 1.5
