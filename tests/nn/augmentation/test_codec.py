import numpy as np
import pytest
import torch

from pipeline.nn.augmentation.codec import draw_codecs, empty_masked


def test_the_high_band_and_masked_bins_are_emptied() -> None:
    power = torch.tensor([1.0, 50.0, 9.0, 1000.0, 101.0, 99.0, 5.0, 20.0, 700.0])
    kept = torch.tensor([1.0] * 8 + [0.0])
    heard = empty_masked(power.reshape(1, 1, 9), kept.reshape(1, 1, 9), torch.tensor([[[0.1]]]))
    # bins 0 to 6 have the loud bin 3 within three bins; bin 7 has 101 at most; bin 8 is cut, before it can mask
    assert heard.flatten().tolist() == [0, 0, 0, 1000, 101, 0, 0, 20, 0]


def test_draws() -> None:
    hertz = np.geomspace(50, 6400, 43)  # six bins an octave
    codecs = draw_codecs(2000, hertz, 0.3, np.random.default_rng(0))
    assert codecs.chosen.mean() == pytest.approx(0.3, abs=0.04)
    assert codecs.kept[:, hertz < 6400 / 2**1.5].all()
    assert not codecs.kept.all()
    cut = codecs.kept.sum(axis=1)
    assert (np.diff(codecs.kept.astype(int), axis=1) <= 0).all()
    assert cut.min() == 43 - 9
    assert 10 * np.log10(codecs.depth) == pytest.approx(-27, abs=9)
