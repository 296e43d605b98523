from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from singing_style.evaluation.labels import Label, labels_from_names, read_labels


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_for_each_singer_and_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "Ann/ode.wav", "Ben/air.wav")
    assert read_labels(tmp_path).labels == {"Ann/ode.wav": Label("Ann"), "Ben/air.wav": Label("Ben")}
    found = read_labels(tmp_path, r"(?P<singer>\w+)/(?P<song>\w+)\.wav").labels
    assert found == {"Ann/ode.wav": Label("Ann", "ode"), "Ben/air.wav": Label("Ben", "air")}
    found = read_labels(tmp_path, r"(?P<singer>\w+)/(?P<recording>(?P<sex>\w).+)").labels
    assert found["Ben/air.wav"] == Label("Ben", "", "air.wav", "a")


@pytest.mark.parametrize("column", ["sex", "gender"])
def test_a_table_knows_songs_and_sexes(tmp_path: Path, column: str) -> None:
    touch(tmp_path, "b.wav", "a.wav")
    (tmp_path / "manifest.csv").write_text(f"path,singer,song,{column}\nb.wav,Ben,air,Male\na.wav,Ann,ode,female\n")
    expected = {"b.wav": Label("Ben", "air", "", "male"), "a.wav": Label("Ann", "ode", "", "female")}
    assert read_labels(tmp_path).labels == read_labels(tmp_path / "manifest.csv").labels == expected


def test_vocalset_as_it_is_distributed(tmp_path: Path) -> None:
    touch(tmp_path, "FULL/female1/scales/belt/f1_scales_belt_a.wav", "FULL/male2/excerpts/vibrado/m2_row_vibrato.wav")
    assert read_labels(tmp_path, protocol="vocalset").labels == {
        "FULL/female1/scales/belt/f1_scales_belt_a.wav": Label("female1", "scales", "", "female"),
        "FULL/male2/excerpts/vibrado/m2_row_vibrato.wav": Label("male2", "row", "", "male"),
    }


def test_m4singer_as_it_is_distributed(tmp_path: Path) -> None:
    touch(tmp_path, "Alto-1#newboy/0000.wav", "Bass-2#home/0003.wav")
    found = read_labels(tmp_path, protocol="m4singer")
    assert list(found.labels.values()) == [Label("Alto-1", "newboy"), Label("Bass-2", "home")]
    assert list(found.roster.table["path"]) == list(found.labels)


def test_what_is_no_such_corpus_is_told(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav")
    with pytest.raises(BadInputError, match="none of 1 sound file fits the layout"):
        read_labels(tmp_path, protocol="vocalset")
    with pytest.raises(BadInputError, match="not a folder; --protocol m4singer needs"):
        read_labels(tmp_path / "a.wav", protocol="m4singer")
    with pytest.raises(BadInputError, match="--protocol mine: unknown; choose own, vocalset, m4singer"):
        read_labels(tmp_path, protocol="mine")
    with pytest.raises(BadInputError, match="--protocol vocalset: knows who sings; leave --singer-from out"):
        read_labels(tmp_path, "(?P<singer>.)", "vocalset")


def test_segments_named_as_in_ssl_singer_identity() -> None:
    """The expression in docs/how-to/evaluate.md."""
    how_to = (Path(__file__).parents[3] / "docs/how-to/evaluate.md").read_text()
    expression = how_to.split("speaker_pairs.txt", 2)[-1].split("--singer-from '")[1].split("'")[0]
    names = ["male10/m10_long_messa_u_0_4_4s.wav", "male10/m10_long_messa_u_12_16_4s.wav", "female2/slow_32_36_4s.wav"]
    assert list(labels_from_names(names, expression).values()) == [
        *[Label("male10", "", "m10_long_messa_u", "male")] * 2,
        Label("female2", "", "slow", "female"),
    ]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(", "not a regular expression"),
        (r"\w+", r"has no group \(\?P<singer>"),
        (r"(?P<singer>\w+)/(?P<songs>\w+)", "group 'songs' is unknown; choose singer, song, recording, sex"),
        (r"(?P<singer>Ann)", "no singer in 1 of 2 names, such as 'Ben/b'"),
        (r"(?P<singer>Ann|)", "no singer in 1 of 2 names, such as 'Ben/b'"),
    ],
)
def test_expressions_that_name_nobody_are_told(expression: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        labels_from_names(["Ann/a", "Ben/b"], expression)
