"""What is said of a collection as a whole."""

from dataclasses import replace

import pytest

from singing_style.cli.remarks import tell_copies, tell_uneven_lengths
from tests.singing_style.made_up import index_of, performance, voice


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


def test_recordings_that_sound_the_same_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    tell_copies(index_of(voice("a", "Ann", 0), voice("b", "Ann", 1), voice("c", "Ann", 1, content="content of b")))
    assert capsys.readouterr().err == ""  # the same file is known as such
    tell_copies(index_of(voice("a.wav", "Ann", 0), voice("a.flac", "Ann", 1e-6), voice("b", "Ann", 1)))
    assert capsys.readouterr().err == (
        "singing-style: 2 recordings sound the same as another, perhaps in another format: keep one of each\n"
    )
