from pathlib import Path

import pytest

from benchmarks.faults import inject

pytestmark = pytest.mark.pipeline


def test_three_strikes_at_random_moments_change_no_output(tmp_path: Path) -> None:
    lines: list[str] = []
    outcome = inject(tmp_path, rounds=3, seed=1, say=lines.append, params={"train.max_epochs": 40}, target="train")
    assert outcome.faults == [], lines
    assert outcome.strikes + outcome.whole == 4
    assert outcome.strikes >= 1
    assert outcome.whole >= 1
