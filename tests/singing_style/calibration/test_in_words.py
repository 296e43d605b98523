from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.analysis.bootstrap import Estimate
from singing_style.calibration.in_words import plainly, reserve

MISSES = Estimate(0.264, 0.2, 0.31)
FEW = ": too few singers to rely on; 8 are the least, 20 or more are better"


def done(alarms: Estimate, singers: int = 8, log_loss: float = 0.5) -> Any:
    held = SimpleNamespace(false_alarms=alarms, misses=MISSES, after=SimpleNamespace(log_loss=log_loss))
    calibration = SimpleNamespace(singers=singers)
    return SimpleNamespace(held_out=held, model=SimpleNamespace(calibration=calibration))


@pytest.mark.parametrize(
    ("alarms", "singers", "trust"),
    [
        (Estimate(0.311, 0.018, 0.764), 8, FEW),
        (Estimate(0.311, 0.018, 0.764), 20, ": these singers differ too much to rely on it; more of them, or longer"),
        (Estimate(0.311, 0.161, 0.451), 8, "."),  # 29 points
        (Estimate(0.311, 0.15, 0.451), 8, FEW),  # 30.1 points
    ],
)
def test_the_width_of_the_interval_decides_what_is_said(alarms: Estimate, singers: int, trust: str) -> None:
    two, one = plainly(done(alarms, singers))
    between = f"(anything from {100 * alarms.low:.0f} to {100 * alarms.high:.0f})"
    assert two.startswith(f"Of pairs of two singers, about 31 in 100 would pass for one singer {between}{trust}")
    assert one == "Of pairs of one singer, about 26 in 100 would be taken for two singers (anything from 20 to 31)."


def test_the_reserve_is_named_where_it_is_due() -> None:
    sure, wide = Estimate(0.2, 0.1, 0.3), Estimate(0.2, 0.0, 0.72)
    assert reserve(done(sure)) == ""
    assert reserve(done(wide)) == "how often it errs about other singers is hardly known"
    assert reserve(done(sure, log_loss=0.7)) == "its probability is no better than a guess"
