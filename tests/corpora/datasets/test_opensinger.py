from pipeline.corpora.datasets.opensinger import find
from pipeline.corpora.layout import Take
from tests.corpora.conftest import Tree


def test_men_and_women_are_numbered_apart(tree: Tree) -> None:
    paths = [
        "OpenSinger/ManRaw/0_鼓楼/0_鼓楼_2.wav",
        "OpenSinger/ManRaw/0_鼓楼/0_鼓楼_10.wav",
        "OpenSinger/WomanRaw/0_光年之外/0_光年之外_0.wav",
    ]
    assert find(tree(paths)).takes == [
        Take(paths[0], "Man_0", "鼓楼", "Man_0/鼓楼", {"sex": "male"}),
        Take(paths[1], "Man_0", "鼓楼", "Man_0/鼓楼", {"sex": "male"}),
        Take(paths[2], "Woman_0", "光年之外", "Woman_0/光年之外", {"sex": "female"}),
    ]


def test_a_file_without_singer_is_named(tree: Tree) -> None:
    found = find(tree(["ManRaw/0_鼓楼/0_鼓楼_2.wav", "ManRaw/鼓楼/鼓楼_2.wav"]))
    assert [fault.recording for fault in found.left_out] == ["ManRaw/鼓楼/鼓楼_2.wav"]
