from pipeline.corpora.datasets.nus_48e import find
from pipeline.corpora.layout import Take
from tests.corpora.conftest import Tree


def test_what_is_sung_is_read(tree: Tree) -> None:
    root = "nus-smc-corpus_48"
    found = find(tree([f"{root}/ADIZ/sing/01.wav", f"{root}/ADIZ/read/01.wav", f"{root}/ZHIY/sing/14.wav"]))
    assert found.takes == [
        Take(f"{root}/ADIZ/sing/01.wav", "ADIZ", "01", "ADIZ/01"),
        Take(f"{root}/ZHIY/sing/14.wav", "ZHIY", "14", "ZHIY/14"),
    ]
    assert found.report == "spoken recordings skipped: 1"


def test_a_file_without_singer_is_named(tree: Tree) -> None:
    found = find(tree(["ADIZ/sing/01.wav", "sing/02.wav"]))
    assert [fault.recording for fault in found.left_out] == ["sing/02.wav"]
    assert "<singer>/sing/<song>.wav" in found.left_out[0].reason
