from pathlib import Path

import numpy as np
import pytest

from pipeline.figures.calibration import compose_calibration, draw_calibration
from pipeline.model.calibration import measure_reliability

DISTANCES = np.array([0.1, 0.2, 0.9, 1.0, 1.9, 2.0])
SAME = np.array([True, True, True, False, False, False])
WEIGHTS = np.full(6, 1 / 6)
RELIABILITY = measure_reliability(np.array([0.9, 0.88, 0.5, 0.5, 0.1, 0.05]), SAME, WEIGHTS)
CURVE = (np.array([0.0, 1.0, 2.0]), np.array([0.95, 0.5, 0.05]))


def test_what_the_figure_shows() -> None:
    figure = compose_calibration(RELIABILITY, DISTANCES, SAME, WEIGHTS, CURVE, 0.95)
    believed, reasons = figure.axes
    (dots,) = believed.collections
    np.testing.assert_allclose(np.asarray(dots.get_offsets()), [[0.05, 0], [0.1, 0], [0.5, 0.5], [0.88, 1], [0.9, 1]])
    heights = [np.asarray(stairs.get_data().values) for stairs in reasons.patches]  # type: ignore[attr-defined]
    assert [np.count_nonzero(height) for height in heights] == [3, 3]
    assert max(height.max() for height in heights) == 1
    curve, threshold = reasons.lines
    np.testing.assert_array_equal(curve.get_xydata(), np.transpose(CURVE))
    assert set(np.asarray(threshold.get_xdata())) == {0.95}


@pytest.mark.slow
def test_the_same_figure_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_calibration(RELIABILITY, DISTANCES, SAME, WEIGHTS, CURVE, 0.95, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
