"""Runs of flags: by hand, and there and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.runs import cover, runs


def test_runs_by_hand() -> None:
    starts, ends = runs(np.array([True, False, True, True, False, False, True]))
    assert (starts.tolist(), ends.tolist()) == ([0, 2, 6], [1, 4, 7])


def test_runs_that_overlap_are_covered_once() -> None:
    found = cover(np.array([1, 1, 2]), np.array([3, 2, 4]), 6)
    assert found.tolist() == [False, True, True, True, False, False]


@given(st.lists(st.booleans()))
def test_the_runs_of_flags_cover_them(flags: list[bool]) -> None:
    given = np.array(flags, bool)
    assert cover(*runs(given), len(given)).tolist() == flags
