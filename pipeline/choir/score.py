"""Scores: melodies with vowels and rests, as small plain-text files.

A score is a header, an empty line, and the melody, one phrase a line::

    # A comment: everything after '#' at the start of a line or after a space.
    title:  Amazing Grace
    source: tune New Britain, from Columbian Harmony (Cincinnati, 1829)
    rights: public domain, author of the tune unknown, printed in 1829
    tempo:  84

    C4:1:a F4:2:e A4:0.5:i F4:0.5 A4:2:e G4:1:a -:1

The header holds exactly these four fields; ``tempo`` is in beats a minute. A note is ``pitch:beats:vowel``. The
pitch is a letter A to G, perhaps ``#`` or ``b``, and an octave (A4 = 440 Hz, C4 = MIDI 60). The vowel is one of
``a e i o u``; a note without one goes on with the vowel before it, slurred, as in a melisma. ``-:beats`` is a rest.
The file's name without ``.score`` is the name of the song.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadInputError

VOWELS = "aeiou"
_FIELDS = ("title", "source", "rights", "tempo")
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_COMMENT = re.compile(r"(^|\s)#.*")
_HEADER = re.compile(r"(\w+):\s+(\S.*)")
_NOTE = re.compile(rf"(?:([A-G])([#b]?)([0-8])|-):([0-9]*\.?[0-9]+)(?::([{VOWELS}]))?")


@dataclass(frozen=True)
class Note:
    """A note, or a rest.

    Attributes
    ----------
    pitch : int or None
        MIDI number; None for a rest.
    beats : float
        Length in beats.
    vowel : str
        One of `VOWELS`; empty for a rest.
    slurred : bool
        Sung on the syllable of the note before.
    """

    pitch: int | None
    beats: float
    vowel: str
    slurred: bool


@dataclass(frozen=True)
class Score:
    """A melody: its name, where it comes from, its tempo in beats a minute, and its notes."""

    name: str
    title: str
    source: str
    rights: str
    tempo: float
    notes: tuple[Note, ...]


def read_scores(folder: Path) -> list[Score]:
    """Read every ``*.score`` of a folder, sorted by name.

    Raises
    ------
    BadInputError
        A score is faulty; see `read_score`.
    """
    return [read_score(path) for path in sorted(folder.glob("*.score"))]


def read_score(path: Path) -> Score:
    """Read one score.

    Raises
    ------
    BadInputError
        Naming the file, the line, what is wrong there and the remedy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInputError(f"{path}: not UTF-8 text; save the score as UTF-8") from None
    lines = [(number, _COMMENT.sub("", line).strip()) for number, line in enumerate(text.splitlines(), 1)]
    header = [(number, found) for number, line in lines if (found := _HEADER.fullmatch(line))]
    melody = [(number, line) for number, line in lines if line and not _HEADER.fullmatch(line)]
    fields = _read_header(path, header)
    return Score(
        name=path.stem,
        title=fields["title"],
        source=fields["source"],
        rights=fields["rights"],
        tempo=_read_tempo(path, fields["tempo"]),
        notes=_read_melody(path, melody),
    )


def _read_header(path: Path, header: list[tuple[int, re.Match[str]]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for number, found in header:
        field, value = found.groups()
        if field not in _FIELDS:
            raise BadInputError(f"{path}:{number}: unknown field {field!r}; a score has {', '.join(_FIELDS)}")
        if field in fields:
            raise BadInputError(f"{path}:{number}: {field} stands there twice; keep one")
        fields[field] = value
    missing = [field for field in _FIELDS if field not in fields]
    if missing:
        raise BadInputError(f"{path}: no {' and no '.join(missing)}; write a line such as `{missing[0]}: ...`")
    return fields


def _read_tempo(path: Path, value: str) -> float:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) or not 20 <= float(value) <= 300:
        raise BadInputError(f"{path}: tempo: {value!r} is not a number of beats a minute from 20 to 300")
    return float(value)


def _read_melody(path: Path, melody: list[tuple[int, str]]) -> tuple[Note, ...]:
    notes: list[Note] = []
    for number, line in melody:
        for token in line.split():
            try:
                notes.append(_read_note(token, notes[-1] if notes else None))
            except ValueError as fault:
                raise BadInputError(f"{path}:{number}: {token!r}: {fault}") from None
    if all(note.pitch is None for note in notes):
        raise BadInputError(f"{path}: no notes; write the melody below the header, as in `A4:1:a G4:0.5 -:1`")
    return tuple(notes)


def _read_note(token: str, before: Note | None) -> Note:
    found = _NOTE.fullmatch(token)
    if not found:
        raise ValueError("neither a note such as F#4:1.5:a nor a rest such as -:1")
    letter, accidental, octave, beats, vowel = found.groups()
    if not 0 < float(beats) <= 64:
        raise ValueError("beats must be above 0 and at most 64")
    if letter is None:
        if vowel is not None:
            raise ValueError("a rest has no vowel; write -:beats")
        return Note(pitch=None, beats=float(beats), vowel="", slurred=False)
    pitch = 12 * (int(octave) + 1) + _SEMITONES[letter] + {"#": 1, "b": -1, "": 0}[accidental]
    if vowel is not None:
        return Note(pitch, float(beats), vowel, slurred=False)
    if before is None or before.pitch is None:
        raise ValueError(f"no note before it to take the vowel from; write one of {' '.join(VOWELS)}")
    return Note(pitch, float(beats), before.vowel, slurred=True)
