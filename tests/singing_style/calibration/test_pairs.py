from dataclasses import replace

import numpy as np
import pytest

from singing_style.calibration.pairs import VoicePairs, ambiguous, thin
from tests.singing_style.made_up import index_of, voice


def pair(*voices: object) -> VoicePairs:
    return VoicePairs.of(index_of(*voices), np.random.default_rng(0))  # type: ignore[arg-type]


def test_pairs_are_of_different_songs_and_about_one_pitch() -> None:
    """Ann's two odes are no pair, nor are her ode and Ben's; Cleo sings an octave higher, and is in none."""
    pairs = pair(
        voice("a1", "Ann", 0.0, song="ode"),
        voice("a2", "Ann", 1.0, song="ode"),
        voice("a3", "Ann", 3.0),
        voice("b1", "Ben", 10.0, song="ode"),
        voice("c1", "Cleo", 2.0, pitch=72),
    )
    assert pairs.distances.tolist() == [2, 3, 7]
    assert pairs.same_singer.tolist() == [True, True, False]
    assert pairs.weights.tolist() == [0.5, 0.5, 1]
    assert (pairs.singers, pairs.paired.tolist(), pairs.pairs_of_singers) == (3, [0], 1)


def test_recordings_without_songs_are_of_different_songs() -> None:
    assert len(pair(*(voice(f"{number}", "Ann", float(number)) for number in range(4)))) == 6


def test_a_song_may_be_named_as_unknown_ones_are_numbered() -> None:
    assert len(pair(voice("x", "Ann", 0.0, song="0"), voice("y", "Ann", 1.0), voice("z", "Ann", 2.0, song="1"))) == 3


def test_two_recordings_that_share_a_take_are_never_paired() -> None:
    both = replace(voice("x", "Ann", 0.0), contents=("one", "two"))
    pairs = pair(both, voice("y", "Ann", 1.0, content="two"), voice("z", "Ann", 5.0))
    assert pairs.distances.tolist() == [4, 5]


def test_a_file_under_two_singers_is_left_out() -> None:
    voices = [voice("a/x", "Ann", 0.0, content="1"), voice("b/x", "Ben", 0.0, content="1"), voice("b/y", "Ben", 1.0)]
    found = ambiguous([*voices, voice("b/z", "Ben", 1.0, content="content of b/y")])
    assert found == {
        "a/x": "the same file as b/x, which is under another singer",
        "b/x": "the same file as a/x, which is under another singer",
    }


def test_known_pairs_weigh_both_kinds_the_same_and_singers_likewise() -> None:
    """Ann has three pairs of her own, Ben one; six are of the two."""
    ann = [voice(f"a{number}", "Ann", float(number)) for number in range(3)]
    known = pair(*ann, voice("b0", "Ben", 10.0), voice("b1", "Ben", 30.0)).known()
    assert known.weights[~known.same_singer] == pytest.approx([1 / 12] * 6)
    assert dict(zip(known.distances.tolist(), known.weights.tolist(), strict=True))[20] == pytest.approx(1 / 4)
    assert known.weights.sum() == pytest.approx(1)
    assert known.singers == 2


def test_pairs_of_singers_are_counted_beside_two_who_are_left_out() -> None:
    """Of five men and three women there are 10 and 3; without two men 3 and 3 are left, without two women 10."""
    men = [voice(f"m{n}", f"man {n}", float(n)) for n in range(5)]
    pairs = pair(*men, *(voice(f"w{n}", f"woman {n}", float(n), pitch=72) for n in range(3)))
    assert (pairs.pairs_of_singers, pairs.left_beside_two) == (13, 6)


def test_of_singers_with_many_recordings_a_sample_is_drawn() -> None:
    codes = np.repeat([0, 1, 2], [1000, 5, 30])
    rows = thin(codes, 95, np.random.default_rng(0))
    assert np.bincount(codes[rows]).tolist() == [60, 5, 30]
    assert (np.diff(rows) > 0).all()
    assert np.bincount(codes[thin(codes, 1, np.random.default_rng(0))]).tolist() == [4, 4, 4]
