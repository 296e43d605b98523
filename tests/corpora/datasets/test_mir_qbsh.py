from pipeline.corpora.datasets.mir_qbsh import find
from pipeline.corpora.layout import Take
from tests.corpora.conftest import Tree


def test_persons_start_again_each_year(tree: Tree) -> None:
    paths = [
        "MIR-QBSH-corpus/waveFile/year2003/person00001/00014.wav",
        "MIR-QBSH-corpus/waveFile/year2004/person00001/00014.wav",
    ]
    assert find(tree(paths)).takes == [
        Take(paths[0], "2003_00001", "00014", "2003_00001/00014"),
        Take(paths[1], "2004_00001", "00014", "2004_00001/00014"),
    ]


def test_a_file_without_singer_is_named(tree: Tree) -> None:
    found = find(tree(["waveFile/year2003/person00001/00014.wav", "waveFile/year2003/00014.wav"]))
    assert [fault.recording for fault in found.left_out] == ["waveFile/year2003/00014.wav"]
