from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.choir.score import Note, Score
from pipeline.choir.timing import LEAD_IN_S, REST_S, SHORTEST_S, TAIL_S, phrases, schedule, transposition

NOTES = (Note(69, 1, "a", False), Note(72, 1, "i", True), Note(None, 1, "", False), Note(67, 2, "o", False))
SCORE = Score("song", "Song", "here", "public domain", 120.0, NOTES)


@pytest.mark.parametrize(("register", "semitones"), [(69.0, 0), (64.0, 0), (62.0, -12), (50.0, -24), (76.0, 12)])
def test_songs_are_moved_by_octaves_only(register: float, semitones: int) -> None:
    # Mean pitch, weighted with beats: (69 + 72 + 2 * 67) / 4 = 68.75.
    assert transposition(SCORE, register) == semitones


@given(st.integers(0, 2**32 - 1), st.floats(3, 60), st.floats(45, 70))
def test_notes_follow_one_another_within_the_time(seed: int, seconds: float, register: float) -> None:
    sung = schedule(SCORE, register, seconds, np.random.default_rng(seed))
    assert LEAD_IN_S[0] <= sung[0].start <= LEAD_IN_S[1]
    assert sung[-1].end <= seconds - TAIL_S
    missing = seconds - TAIL_S - sung[-1].end
    assert missing < REST_S[1] + SHORTEST_S, "at most a rest is missing, and what is too short for a note"
    assert all(note.start < note.end for note in sung)
    assert all(before.end <= after.start for before, after in pairwise(sung))
    assert {note.pitch % 12 for note in sung} <= {9, 0, 7}


def test_tempo_is_near_the_scores_and_rests_are_long_enough_to_breathe() -> None:
    notes, rests = [], []
    for seed in range(100):
        sung = schedule(SCORE, 69.0, 30.0, np.random.default_rng(seed))
        notes.append(np.mean([note.end - note.start for note in sung[:30]]))
        rests += [after.start - before.end for before, after in pairwise(sung) if after.start > before.end]
    # 4 beats in 3 notes at 120 beats a minute; tempo uniform within 6 % (standard deviation 3.5 %).
    assert np.mean(notes) == pytest.approx(2 / 3, rel=0.01)
    assert 0.02 < np.std(notes) / np.mean(notes) < 0.05
    assert REST_S[0] <= min(rests)
    assert max(rests) <= REST_S[1]
    assert np.mean(rests) > 0.7


def test_singing_begins_at_any_phrase_and_goes_on_from_there() -> None:
    begun = []
    for seed in range(100):
        vowels = "".join(note.vowel for note in schedule(SCORE, 69.0, 12.0, np.random.default_rng(seed)))
        assert vowels in "aioaioaioaioaioaio"
        begun.append(vowels[0])
    # The score has no rest at its end: its first note goes on from its last. A phrase begins after the rest alone.
    assert set(begun) == {"o"}
    two = Score("song", "Song", "here", "public domain", 120.0, (*NOTES, Note(None, 1, "", False)))
    begun = [schedule(two, 69.0, 12.0, np.random.default_rng(seed))[0].vowel for seed in range(200)]
    assert set(begun) == {"a", "o"}
    assert begun.count("a") == pytest.approx(100, abs=25)


def test_a_song_without_rests_begins_at_its_beginning() -> None:
    breathless = Score("song", "Song", "here", "public domain", 120.0, NOTES[:2])
    assert {schedule(breathless, 69.0, 5.0, np.random.default_rng(seed))[0].vowel for seed in range(20)} == {"a"}


def test_a_phrase_ends_at_a_rest() -> None:
    sung = schedule(SCORE, 69.0, 9.0, np.random.default_rng(0))
    gathered = phrases(sung)
    assert [note for phrase in gathered for note in phrase] == sung
    assert [[note.vowel for note in phrase] for phrase in gathered[:2]] == [["o", "a", "i"], ["o", "a", "i"]]
    assert [note.slurred for note in sung[:4]] == [False, False, True, False]
