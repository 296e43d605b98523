"""Timing: which note is sung when."""

from dataclasses import dataclass
from itertools import cycle, pairwise

import numpy as np

from pipeline.choir.score import Score

# Silence before the first note, drawn from this range.
LEAD_IN_S = (0.5, 2.0)
# Silence after the last note.
TAIL_S = 0.5
# Who sings alone takes time to breathe: a rest lasts at least as long as a draw from this range.
REST_S = (0.5, 1.0)
# No note and no rest is shorter; the last note of a recording is dropped when less of it is left.
SHORTEST_S = 0.05


@dataclass(frozen=True)
class SungNote:
    """A note in time: start and end in seconds, MIDI pitch, vowel, and whether it is slurred to the one before."""

    start: float
    end: float
    pitch: int
    vowel: str
    slurred: bool


def transposition(score: Score, register: float) -> int:
    """Whole octaves, in semitones, that bring a melody nearest to a register (MIDI number).

    Octaves only: everybody sings a song in its written key, as karaoke singers do with the one backing track (the
    singers of DAMP). So a song keeps its pitch classes whoever sings it, which is the song effect of the paper.
    """
    pitches = [note.pitch for note in score.notes if note.pitch is not None]
    beats = [note.beats for note in score.notes if note.pitch is not None]
    return 12 * round((register - float(np.average(pitches, weights=beats))) / 12)


def schedule(score: Score, register: float, seconds: float, rng: np.random.Generator) -> list[SungNote]:
    """Place a score's notes in time, verse after verse, until the time is up.

    Singing begins at any phrase of the score, so that of a song longer than the recording not always the same is heard.

    Parameters
    ----------
    score : Score
    register : float
        Middle of the singer's range, MIDI number.
    seconds : float
        Length of the recording; the last note ends before it.
    rng : numpy.random.Generator
        Draws the phrase to begin with, the silence before it, the tempo (within 6 % of the score's) and small
        deviations of every note.

    Returns
    -------
    list of SungNote
        In order, not overlapping.
    """
    first = int(rng.choice(_phrase_starts(score)))
    beat = 60 / score.tempo * float(np.exp(rng.uniform(-0.06, 0.06)))
    octaves = transposition(score, register)
    start = float(rng.uniform(*LEAD_IN_S))
    finish = seconds - TAIL_S
    sung: list[SungNote] = []
    for note in cycle(score.notes[first:] + score.notes[:first]):
        length = note.beats * beat * float(np.exp(0.03 * rng.standard_normal()))
        end = min(start + (length if note.pitch is not None else max(length, rng.uniform(*REST_S))), finish)
        if end - start < SHORTEST_S:
            break
        if note.pitch is not None:
            sung.append(SungNote(start, end, note.pitch + octaves, note.vowel, note.slurred))
        start = end
    return sung


def _phrase_starts(score: Score) -> list[int]:
    """Return the numbers of the notes that follow a rest, as the first does the last verse's end."""
    around = pairwise((score.notes[-1], *score.notes))
    after_rests = [at for at, (before, note) in enumerate(around) if before.pitch is None and note.pitch is not None]
    return after_rests or [0]


def phrases(sung: list[SungNote]) -> list[list[SungNote]]:
    """Gather the notes sung in one breath: those that touch one another."""
    gathered: list[list[SungNote]] = []
    for note in sung:
        if gathered and gathered[-1][-1].end == note.start:
            gathered[-1].append(note)
        else:
            gathered.append([note])
    return gathered
