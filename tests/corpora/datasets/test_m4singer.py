from pipeline.corpora.datasets.m4singer import find
from pipeline.corpora.layout import Take
from tests.corpora.conftest import Tree


def test_the_phrases_of_a_song_make_a_performance(tree: Tree) -> None:
    paths = [
        "m4singer/Alto-1#漫长的告白/0000.wav",
        "m4singer/Alto-1#漫长的告白/0001.wav",
        "m4singer/Bass-2#newboy/0000.wav",
    ]
    found = find(tree(paths))
    assert found.takes == [
        Take(paths[0], "Alto-1", "漫长的告白", "Alto-1/漫长的告白", {"voice": "alto"}),
        Take(paths[1], "Alto-1", "漫长的告白", "Alto-1/漫长的告白", {"voice": "alto"}),
        Take(paths[2], "Bass-2", "newboy", "Bass-2/newboy", {"voice": "bass"}),
    ]
    assert found.spread == "voice"


def test_a_file_without_singer_is_named(tree: Tree) -> None:
    found = find(tree(["Alto-1#newboy/0000.wav", "newboy/0000.wav"]))
    assert [fault.recording for fault in found.left_out] == ["newboy/0000.wav"]
