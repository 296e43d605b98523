import numpy as np
import pytest

from singing_style.calibration.over_singers import OverSingers


def test_means_by_hand_in_every_draw() -> None:
    """Ann has 1 and Ben 0; Ann with Ben has 0.5, and Ben with Cleo 1."""
    one, other = np.array([4, 6, 4, 6]), np.array([4, 6, 6, 9])
    values = np.array([1.0, 0.0, 0.5, 1.0])
    over = OverSingers.of(one, other, np.random.default_rng(0))
    ones, twos = over.of_one(values), over.of_two(values)
    assert (ones[0], twos[0]) == (0.5, 0.75)
    for (ann, ben, cleo), own, apart in zip(over.bootstrap.counts, ones[1:], twos[1:], strict=True):
        assert own == pytest.approx(ann / (ann + ben) if ann + ben else np.nan, nan_ok=True)
        weight = ben * (ann + cleo)
        assert apart == pytest.approx(ben * (0.5 * ann + cleo) / weight if weight else np.nan, nan_ok=True)


def test_the_interval_holds_the_mean_and_has_a_width() -> None:
    codes = np.arange(30)
    values = np.random.default_rng(0).random(30)
    over = OverSingers.of(codes, codes, np.random.default_rng(1))
    found = over.estimate(over.of_one(values))
    assert found.value == pytest.approx(values.mean())
    # by Student's t with 29 degrees of freedom
    assert found.high - found.low == pytest.approx(2 * 2.045 * values.std(ddof=1) / np.sqrt(30), rel=0.1)
