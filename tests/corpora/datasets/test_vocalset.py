from pipeline.corpora.datasets.vocalset import find
from pipeline.corpora.layout import Take
from tests.corpora.conftest import Tree


def told(take: Take) -> tuple[str, str, str, str]:
    return take.singer, take.song, take.style["technique"], take.style["sex"]


def test_singer_song_and_technique_come_from_the_path(tree: Tree) -> None:
    raw = tree(
        [
            "FULL/female1/arpeggios/belt/f1_arpeggios_belt_c_a.wav",
            "FULL/female1/arpeggios/belt/f1_arpeggios_belt_c_e.wav",
            "FULL/female2/arpeggios/vibrado/f2_arpeggios_vibrato_a.wav",
            "FULL/female4/scales/straight/scales_straight_o.wav",
            "FULL/male11/long_tones/messa/m11_long_messa_u.wav",
            "FULL/male10/excerpts/vibrato/caro_vibrato.wav",
        ]
    )
    found = find(raw)
    assert [told(take) for take in found.takes] == [
        ("female1", "arpeggios", "belt", "female"),
        ("female1", "arpeggios", "belt", "female"),
        ("female2", "arpeggios", "vibrato", "female"),
        ("female4", "scales", "straight", "female"),
        ("male10", "caro", "vibrato", "male"),
        ("male11", "long_tones", "messa", "male"),
    ]
    assert len({take.performance for take in found.takes}) == 5
    assert found.left_out == []
    assert found.spread == "sex"


def test_a_file_that_stands_in_several_trees_is_read_once(tree: Tree) -> None:
    own = "female1/scales/belt/f1_scales_belt_a.wav"
    raw = tree(
        [
            f"VocalSet/FULL/{own}",
            f"VocalSet/data_by_singer/{own}",
            "VocalSet/data_by_technique/belt/f1_scales_belt_a.wav",
            "VocalSet/data_by_vowel/a/f1_scales_belt_a.wav",
            "VocalSet/FULL/female1/excerpts/spoken/f1_row_spoken.wav",
        ]
    )
    found = find(raw)
    assert [take.path for take in found.takes] == [f"VocalSet/FULL/{own}"]
    assert found.left_out == []
    assert found.report == "copies in other trees and spoken recordings skipped: 4"


def test_doubtful_files_are_named(tree: Tree) -> None:
    raw = tree(
        [
            "FULL/male8/excerpts/straight/m8_caro_straight.wav",
            "FULL/male8/excerpts/vibrato/m9_caro_vibrato.wav",
            "FULL/female2/scales/vibrato/f2_scales_vibrato_a(1).wav",
            "FULL/female2/excerpts/vibrato/f2_vibrato.wav",
            "FULL/belt/f2_scales_belt_a.wav",
        ]
    )
    found = find(raw)
    assert [take.path for take in found.takes] == ["FULL/male8/excerpts/straight/m8_caro_straight.wav"]
    assert {fault.recording.split("/")[-1]: fault.reason for fault in found.left_out} == {
        "m9_caro_vibrato.wav": "the name says singer m9 and the folder male8",
        "f2_scales_vibrato_a(1).wav": "the name lacks a vowel at its end",
        "f2_vibrato.wav": "the name lacks an excerpt (caro, dona, row)",
        "f2_scales_belt_a.wav": (
            "the path does not fit the layout FULL/<singer>/<context>/<technique>/<file>.wav, "
            "such as FULL/female1/scales/belt/f1_scales_belt_a.wav"
        ),
    }
