"""How verdicts are counted, and how those of two models are compared."""

import pytest

from benchmarks.asking import STRANGERS_CLEAR, Answers, _without_way
from benchmarks.transmitted import melody_of, mood_of
from singing_style.evaluation.asking import CLEAR_RIGHT
from tests.singing_style.made_up import index_of, voice

OURS = Answers(["Ann", "Ann", "Ben", "Ben"], ["clear_right", "nobody", "clear_right", "clear_right"], [False] * 4)
THEIRS = Answers(
    ["Ann", "Ann", "Ben", "Ben"], ["clear_right", "nobody", "unclear_with", "nobody"], [True] + [False] * 3
)


def test_answers_are_counted_by_kind() -> None:
    assert OURS.counts() == {"recordings": 4, "clear_right": 3, "nobody": 1, "strangers_clear": 0}
    assert (OURS + THEIRS).counts()["recordings"] == 8


def test_differences_are_paired_and_vary_with_the_singers_drawn() -> None:
    """Of Ann's recordings none more is right, of Ben's both: with either drawn twice, the difference is 0 or 1."""
    less = OURS.less(THEIRS)
    assert less[CLEAR_RIGHT] == pytest.approx((0.5, 0, 1))
    assert less[STRANGERS_CLEAR] == pytest.approx((-0.25, -0.5, 0))
    assert OURS.less(OURS)[CLEAR_RIGHT] == (0, 0, 0)


def test_a_singers_recordings_of_one_way_are_taken_out_of_the_index() -> None:
    index = index_of(
        voice("a/1", "Ann", 0, song="04-01"),
        voice("a/2", "Ann", 1, song="06-02"),
        voice("a/3", "Ann", 2, song="02-01"),
        voice("b/1", "Ben", 3, song="04-01"),
    )
    asked = index.voices[0]
    by_mood = _without_way(index, asked, lambda one: mood_of(one.song))
    assert [one.path for one in by_mood.voices] == ["a/2", "a/3", "b/1"]
    by_melody = _without_way(index, asked, lambda one: melody_of(one.song))
    assert [one.path for one in by_melody.voices] == ["a/3", "b/1"]
