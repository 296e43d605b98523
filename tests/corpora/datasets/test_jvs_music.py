from pipeline.corpora.datasets.jvs_music import find
from pipeline.corpora.layout import Take
from tests.corpora.conftest import Tree


def test_a_common_and_an_own_song(tree: Tree) -> None:
    paths = [f"jvs_music_ver1/jvs001/song_{kind}/wav/raw.wav" for kind in ("common", "unique")]
    moved = ["jvs_music_ver1/jvs001/song_common/wav/modified.wav", "jvs_music_ver1/jvs001/song_common/x/wav/raw2.wav"]
    found = find(tree([*paths, *moved]))
    assert found.takes == [
        Take(paths[0], "jvs001", "common", "jvs001/common"),
        Take(paths[1], "jvs001", "unique_jvs001", "jvs001/unique"),
    ]
    assert found.report == "versions shifted in pitch or tempo skipped: 2"


def test_a_file_without_singer_is_named(tree: Tree) -> None:
    found = find(tree(["jvs001/song_common/wav/raw.wav", "song_common/wav/raw.wav"]))
    assert [fault.recording for fault in found.left_out] == ["song_common/wav/raw.wav"]
