import pytest

from pipeline.corpora.datasets.ikala import find
from pipeline.corpora.layout import Take
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut
from tests.corpora.conftest import Tree


def test_the_table_tells_the_singer(tree: Tree) -> None:
    raw = tree(["Wavfile/10161_chorus.wav", "Wavfile/10161_verse.wav", "Wavfile/21025_verse.wav"])
    (raw / "id_mapping.txt").write_text("singer\tnumber\n1\t10161\n")
    found = find(raw)
    assert found.takes == [
        Take("Wavfile/10161_chorus.wav", "1", "10161", "10161/chorus", {"section": "chorus"}),
        Take("Wavfile/10161_verse.wav", "1", "10161", "10161/verse", {"section": "verse"}),
    ]
    assert found.left_out == [LeftOut("Wavfile/21025_verse.wav", "no singer: id_mapping.txt has no song 21025")]
    assert found.channel == 1


def test_without_the_table_it_is_asked_for(tree: Tree) -> None:
    with pytest.raises(BadInputError, match="id_mapping.txt: no such file"):
        find(tree(["Wavfile/10161_chorus.wav"]))


def test_a_table_without_songs_is_refused(tree: Tree) -> None:
    raw = tree(["Wavfile/10161_chorus.wav"])
    (raw / "id_mapping.txt").write_text("singer\n1\n")
    with pytest.raises(BadInputError, match="a column of song numbers is missing"):
        find(raw)
