from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.choir.score import Note, read_score, read_scores
from pipeline.errors import BadInputError

HEADER = "title:  A Song\nsource: somewhere: 1850\nrights: public domain\ntempo:  90.5\n\n"
SHIPPED = Path(__file__).parents[2] / "data" / "raw" / "demo"
NAMES = {"C": 0, "C#": 1, "Db": 1, "D": 2, "Eb": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "Ab": 8, "G#": 8, "A": 9, "Bb": 10}


def write(folder: Path, text: str) -> Path:
    path = folder / "song.score"
    path.write_text(text, encoding="utf-8")
    return path


def test_notes_rests_slurs_and_comments(tmp_path: Path) -> None:
    path = write(tmp_path, f"# a comment: with a colon\n{HEADER}A4:1:a C#5:0.5 -:2  # the end\nBb3:.25:u\n")
    score = read_score(path)
    assert (score.name, score.title, score.source, score.tempo) == ("song", "A Song", "somewhere: 1850", 90.5)
    assert score.notes == (
        Note(69, 1.0, "a", slurred=False),
        Note(73, 0.5, "a", slurred=True),
        Note(None, 2.0, "", slurred=False),
        Note(58, 0.25, "u", slurred=False),
    )


@given(st.sampled_from(sorted(NAMES)), st.integers(1, 7), st.integers(1, 64), st.sampled_from("aeiou"))
def test_any_note_is_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, name: str, octave: int, beats: int, vowel: str
) -> None:
    path = write(tmp_path_factory.mktemp("scores"), f"{HEADER}{name}{octave}:{beats}:{vowel}\n")
    assert read_score(path).notes == (Note(60 + NAMES[name] + 12 * (octave - 4), float(beats), vowel, slurred=False),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEADER + "A4:1:a\nH4:1:a\n", r"song\.score:7: 'H4:1:a': neither a note such as"),
        (HEADER + "A4:1:y\n", r"song\.score:6: 'A4:1:y': neither a note"),
        (HEADER + "A4:1:a -:0\n", r"song\.score:6: '-:0': beats must be above 0"),
        (HEADER + "A4:65:a\n", r"song\.score:6: 'A4:65:a': beats must be above 0 and at most 64"),
        (HEADER + "-:1:a\n", r"song\.score:6: '-:1:a': a rest has no vowel"),
        (HEADER + "A4:1\n", r"song\.score:6: 'A4:1': no note before it .* write one of a e i o u"),
        (HEADER + "-:1 A4:1\n", r"song\.score:6: 'A4:1': no note before it"),
        (HEADER, r"song\.score: no notes; write the melody below the header"),
        (HEADER + "-:1\n", r"song\.score: no notes"),
        ("title: A\n" + HEADER + "A4:1:a\n", r"song\.score:2: title stands there twice"),
        ("composer: A\n" + HEADER + "A4:1:a\n", r"song\.score:1: unknown field 'composer'; a score has title, source"),
        ("title: A\ntempo: 90\nA4:1:a\n", r"song\.score: no source and no rights; write a line such as `source: "),
        (HEADER.replace("90.5", "fast") + "A4:1:a\n", r"song\.score: tempo: 'fast' is not a number .* 20 to 300"),
        (HEADER.replace("90.5", "1e9") + "A4:1:a\n", r"song\.score: tempo: '1e9'"),
        (HEADER.replace("90.5", "5") + "A4:1:a\n", r"song\.score: tempo: '5'"),
    ],
)
def test_faults_name_file_line_and_remedy(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadInputError, match=fault):
        read_score(write(tmp_path, text))


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "song.score"
    path.write_bytes(HEADER.replace("A Song", "Frère").encode("latin-1"))
    with pytest.raises(BadInputError, match=r"song\.score: not UTF-8 text; save"):
        read_score(path)


def test_scores_come_sorted_and_other_files_are_ignored(tmp_path: Path) -> None:
    for name in ("b.score", "a.score", "notes.txt"):
        (tmp_path / name).write_text(HEADER + "A4:1:a\n", encoding="utf-8")
    assert [score.name for score in read_scores(tmp_path)] == ["a", "b"]


def test_the_shipped_scores_are_public_domain_songs_that_can_be_sung() -> None:
    scores = read_scores(SHIPPED)
    assert len(scores) >= 24
    for score in scores:
        pitches = [note.pitch for note in score.notes if note.pitch is not None]
        assert score.rights.startswith("public domain, ")
        assert max(pitches) - min(pitches) <= 19, "no more than an octave and a fifth"
        assert sum(note.beats for note in score.notes) * 60 / score.tempo > 20, "long enough without repeating"
        assert any(note.pitch is None for note in score.notes), "somewhere to breathe"


def test_the_shipped_songs_differ_in_range_and_tempo() -> None:
    scores = read_scores(SHIPPED)
    pitches = [[note.pitch for note in score.notes if note.pitch is not None] for score in scores]
    ranges, tempos = [max(each) - min(each) for each in pitches], [score.tempo for score in scores]
    assert min(ranges) <= 9 < 15 <= max(ranges)
    assert min(tempos) <= 80 < 150 <= max(tempos)
    assert len({score.notes[:8] for score in scores}) == len(scores), "no tune stands there twice"


@pytest.mark.parametrize(
    ("name", "tonic", "degrees"),
    [
        ("ode_to_joy", 64, [3, 3, 4, 5, 5, 4, 3, 2, 1, 1, 2, 3, 3, 2, 2]),
        ("old_hundredth", 67, [1, 1, 7, 6, 5, 1, 2, 3, 3, 3, 3, 2, 1, 4, 3, 2]),
        ("sur_le_pont_davignon", 65, [1, 1, 1, 2, 2, 2, 3, 4, 5, 1, 7, 1, 2, 5]),
        ("oh_susanna", 62, [1, 2, 3, 5, 5, 6, 5, 3, 1, 2, 3, 3, 2, 1, 2]),
        ("au_clair_de_la_lune", 67, [1, 1, 1, 2, 3, 2, 1, 3, 2, 2, 1]),
        ("clementine", 65, [1, 1, 1, 5, 3, 3, 3, 1, 1, 3, 5, 5, 4, 3, 2]),
        ("adeste_fideles", 67, [1, 1, 5, 1, 2, 5, 3, 2, 3, 4, 3, 2]),
    ],
)
def test_a_tune_is_the_one_that_everybody_knows(name: str, tonic: int, degrees: list[int]) -> None:
    """Its beginning in degrees of the major scale, in whatever octave."""
    (score,) = (score for score in read_scores(SHIPPED) if score.name == name)
    major = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11}
    sung = [note.pitch for note in score.notes if note.pitch is not None][: len(degrees)]
    assert [(pitch - tonic) % 12 for pitch in sung] == [major[degree] for degree in degrees]
    assert max(abs(after - before) for before, after in pairwise(sung)) <= 9
