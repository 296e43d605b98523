import numpy as np
import pytest

from pipeline.nn.augmentations.noise import draw_noise


def test_levels_are_uniform_up_to_the_highest() -> None:
    power = draw_noise(4000, 96, 40.0, np.random.default_rng(0))
    level = 10 * np.log10(1 + power).mean(axis=1)
    assert level.mean() == pytest.approx(20, abs=0.7)
    # all but those near the floor, where the spectrum is cut off at it, keep their level
    assert np.quantile(level, [0.25, 0.5, 0.75]) == pytest.approx([10, 20, 30], abs=1.2)
    assert level.max() == pytest.approx(40, abs=0.1)


def test_the_spectrum_is_smooth() -> None:
    decibels = 10 * np.log10(1 + draw_noise(100, 96, 40.0, np.random.default_rng(0)))
    assert np.abs(np.diff(decibels, axis=1)).max() < 1.5


def test_none() -> None:
    assert not draw_noise(10, 96, 0.0, np.random.default_rng(0)).any()
