"""What is said of a collection as a whole."""

from dataclasses import replace

import pytest

from singing_style.cli.remarks import tell_uneven_lengths
from tests.singing_style.made_up import performance


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ([3.0] * 10 + [13.0] * 10, True),
        ([3.0] * 10 + [12.0] * 10, False),
        ([3.0] * 19 + [60.0], False),  # one of twenty
        ([5.0], False),
    ],
)
def test_very_different_lengths_are_told(seconds: list[float], told: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """A tenth of twenty are two: the third shortest counts, and the third longest."""
    tell_uneven_lengths([replace(performance("one", [[0]], [0]), voiced_seconds=its) for its in seconds])
    said = capsys.readouterr().err
    assert said.startswith("singing-style: some recordings hold 3 s of singing and some 13 s: ") if told else not said
