import re

import pytest

from pipeline.corpora.layout import Take, find_takes, sound_paths
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut
from tests.corpora.conftest import Tree

LAYOUT = "<singer>/<song>.wav"


def read(path: str, match: re.Match[str]) -> Take | LeftOut | None:
    if match["song"] == "speech":
        return None
    if match["song"] == "unknown":
        return LeftOut(path, "no song")
    return Take(path, match["singer"], match["song"], path)


def test_sound_files_are_listed_by_the_numbers_in_their_names(tree: Tree) -> None:
    raw = tree(["a/10.wav", "a/9.WAV", "b/1.flac", ".hidden/1.wav", "__MACOSX/a/9.wav", "a/._9.wav"])
    (raw / "a" / "notes.txt").touch()
    assert sound_paths(raw) == ["a/9.WAV", "a/10.wav", "b/1.flac"]


def test_takes_are_read_and_the_rest_is_named_or_counted(tree: Tree) -> None:
    raw = tree(["corpus/ann/moon.wav", "ann/speech.wav", "ann/unknown.wav", "moon.wav"])
    pattern = re.compile(r"(?P<singer>[a-z]+)/(?P<song>[a-z]+)")
    found = find_takes(raw, pattern, read, layout=LAYOUT, skipped="spoken recordings")
    assert found.takes == [Take("corpus/ann/moon.wav", "ann", "moon", "corpus/ann/moon.wav")]
    assert found.left_out == [
        LeftOut("ann/unknown.wav", "no song"),
        LeftOut("moon.wav", "the path does not fit the layout <singer>/<song>.wav"),
    ]
    assert found.report == "spoken recordings skipped: 1"


def test_the_pattern_starts_at_the_start_of_a_name(tree: Tree) -> None:
    pattern = re.compile(r"(?P<singer>s\d)/(?P<song>\d)|(?P<other>x)/y")
    found = find_takes(tree(["s1/1.wav", "is2/1.wav", "s3/12.wav"]), pattern, read, layout=LAYOUT)
    assert [take.path for take in found.takes] == ["s1/1.wav"]


def test_names_match_in_whatever_unicode_form(tree: Tree) -> None:
    raw = tree(["Zoe\u0308/1.wav"])
    (take,) = find_takes(raw, re.compile(r"(?P<singer>Zo\u00eb)/(?P<song>1)"), read, layout=LAYOUT).takes
    assert take.singer == "Zo\u00eb"
    assert (raw / take.path).is_file()


def test_a_folder_of_another_layout_says_what_was_expected(tree: Tree) -> None:
    raw = tree(["x.wav", "y.wav"])
    with pytest.raises(BadInputError) as fault:
        find_takes(raw, re.compile(r"(?P<singer>s)/(?P<song>1)"), read, layout=LAYOUT)
    assert str(fault.value) == (
        f"{raw}: none of 2 sound files fits the layout <singer>/<song>.wav (the first is x.wav); "
        "use the folder as downloaded"
    )
