import numpy as np

from pipeline.page.levels import LEVELS, to_levels


def test_levels_keep_every_possible_weight_to_a_32nd() -> None:
    weights = np.linspace(0, np.exp(2), 1000, dtype=np.float32)  # tanh bounds the ratio to e^2 (paper 2.3)
    levels = to_levels(weights)
    assert levels.max() < 255
    np.testing.assert_allclose(levels / LEVELS, weights, atol=0.5 / LEVELS + 1e-6)
