import numpy as np
import pytest
import torch

from pipeline.nn.augmentation.curves import cosines, draw_curves, from_excess, to_excess


def test_cosines_are_those_of_the_transform() -> None:
    # order 1 over four bins: cos(pi / 8), cos(3 pi / 8), and the same with minus signs
    expected = np.array([[1.0] * 4, [0.92388, 0.38268, -0.38268, -0.92388]])
    np.testing.assert_allclose(cosines(4, np.array([0, 1])), expected, atol=1e-5)


def test_curves_have_mean_zero_and_the_deviation_asked_for() -> None:
    curves = draw_curves(4000, 96, 8, 3.0, np.random.default_rng(1))
    assert curves.shape == (4000, 96)
    np.testing.assert_allclose(curves.mean(axis=1), 0, atol=1e-12)
    assert np.sqrt(np.mean(curves**2)) == pytest.approx(3, rel=0.03)


def test_the_weight_of_a_cosine_falls_as_one_over_its_order() -> None:
    curves = draw_curves(8000, 96, 4, 2.0, np.random.default_rng(2))
    weights = 2 / 96 * curves @ cosines(96, np.arange(1, 5)).T
    deviations = weights.std(axis=0)
    np.testing.assert_allclose(deviations[0] / deviations, [1, 2, 3, 4], rtol=0.05)


@pytest.mark.slow
def test_the_excess_over_the_floor() -> None:
    decibels = torch.tensor([0.0, 10.0, 20.0, 60.0])
    torch.testing.assert_close(to_excess(decibels), torch.tensor([0.0, 9.0, 99.0, 999_999.0]))
    assert decibels.tolist() == [0, 10, 20, 60]


@pytest.mark.slow
def test_there_and_back() -> None:
    decibels = torch.linspace(0, 60, 601)
    torch.testing.assert_close(from_excess(to_excess(decibels)), decibels, atol=1e-4, rtol=0)
