from pipeline.corpora.datasets.mir_1k import find
from tests.corpora.conftest import Tree


def test_the_clips_of_a_recording_follow_one_another(tree: Tree) -> None:
    found = find(
        tree(
            [
                "MIR-1K/Wavfile/amy_2_10.wav",
                "MIR-1K/Wavfile/amy_2_09.wav",
                "MIR-1K/Wavfile/amy_10_01.wav",
                "MIR-1K/Wavfile/Ani_2_01.wav",
                "MIR-1K/UndividedWavfile/amy_2.wav",
            ]
        )
    )
    assert [(take.path.rpartition("/")[2], take.singer, take.song, take.performance) for take in found.takes] == [
        ("Ani_2_01.wav", "Ani", "Ani_2", "Ani_2"),
        ("amy_2_09.wav", "amy", "amy_2", "amy_2"),
        ("amy_2_10.wav", "amy", "amy_2", "amy_2"),
        ("amy_10_01.wav", "amy", "amy_10", "amy_10"),
    ]
    assert found.channel == 1
    assert found.report == "uncut recordings skipped: 1"


def test_a_file_without_singer_is_named(tree: Tree) -> None:
    found = find(tree(["Wavfile/amy_2_10.wav", "Wavfile/2_10.wav"]))
    assert [fault.recording for fault in found.left_out] == ["Wavfile/2_10.wav"]
