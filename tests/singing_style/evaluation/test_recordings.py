from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from singing_style.evaluation.labels import Label, read_labels
from singing_style.evaluation.recordings import embed_labelled, embed_listed, find_listed
from singing_style.evaluation.sources import is_of_recordings, read_all
from tests.singing_style.evaluation.made_up import listed
from tests.singing_style.made_up import tiny_model, write_choir


@pytest.fixture(scope="module")
def choir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sung") / "choir"
    write_choir(folder, ("Ann", "Ben"))
    (folder / "Ann/copy.flac").write_bytes((folder / "Ann/ode.flac").read_bytes())
    (folder / "Ben/noise.wav").write_text("la la la\n" * 100)
    return folder


def test_only_what_a_list_names_is_embedded_and_what_fails_is_named(choir: Path) -> None:
    rows = listed((1, "Ann/ode", "Ann/copy"), (0, "Ann/ode", "Ben/noise"), (0, "Ann/ode", "Ben/ode"))
    found = embed_listed(tiny_model(), find_listed(rows, choir), choir, 1)
    assert found.vectors.names == ("Ann/ode.flac", "Ann/copy.flac", "Ben/ode.flac")
    assert found.vectors.distance == "euclidean"
    assert found.vectors.contents[0] == found.vectors.contents[1] != found.vectors.contents[2]
    assert list(found.failed) == [str(choir / "Ben/noise.wav")]
    assert found.unusable == ("Ben/noise",)


def test_files_behind_links_are_found_where_a_table_lists_them(choir: Path, tmp_path: Path) -> None:
    (tmp_path / "Ann").symlink_to(choir / "Ann")
    rows = listed((1, "Ann/ode", "Ann/air"), (0, "Ann/ode", "Ann/copy"))
    found = find_listed(rows, tmp_path, known=["Ann/ode.flac", "Ann/air.flac", "Ann/copy.flac"])
    assert found["Ann/air"] == tmp_path / "Ann/air.flac"
    with pytest.raises(BadInputError, match="contains no sound files"):
        find_listed(rows, tmp_path)


def test_files_that_are_missing_are_counted(choir: Path) -> None:
    rows = listed((1, "Ann/ode.flac", "Ann/none.flac"), (0, "Ann/ode.flac", "x.wav"))
    with pytest.raises(BadInputError, match=r"list.txt: no file for 2 \(Ann/none.flac, x.wav\) of 3 recordings below"):
        find_listed(rows, choir)
    assert list(find_listed(rows, choir, skip_missing=True)) == ["Ann/ode.flac"]
    with pytest.raises(BadInputError, match="try --root deep/choir, or leave"):
        find_listed(listed((1, "deep/choir/Ann/ode.flac", "deep/choir/Ann/air.flac")), choir, skip_missing=True)
    with pytest.raises(BadInputError, match="none of 1 recording can be used"):
        embed_listed(tiny_model(), {"Ben/noise": choir / "Ben/noise.wav"}, choir, 1)


def test_a_labelled_collection_keeps_its_labels(choir: Path) -> None:
    names = ("Ann/ode.flac", "Ann/air.flac", "Ben/ode.flac")
    table = choir / "some.csv"
    table.write_text("path,singer,song,sex\n" + "".join(f"{n},{n[:3]},{n[4:7]},{'fm'[n[0] == 'B']}\n" for n in names))
    found = embed_labelled(tiny_model(), read_labels(table), "choir", 1, join=False)
    assert found.vectors.labels["Ann/ode.flac"] == Label("Ann", "ode", "", "f")
    assert found.vectors.labels["Ben/ode.flac"] == Label("Ben", "ode", "", "m")
    assert (found.failed, found.vectors.source) == ({}, "choir")


def test_recordings_and_vectors_are_told_apart(tmp_path: Path, choir: Path) -> None:
    (tmp_path / "of_recordings.csv").write_text("singer;path\nAnn;a.wav\n")
    (tmp_path / "of_vectors.csv").write_text("name,singer,x\na.wav,Ann,1\n")
    assert is_of_recordings(choir)
    assert is_of_recordings(tmp_path / "of_recordings.csv")
    assert not is_of_recordings(tmp_path / "of_vectors.csv")
    assert not is_of_recordings(tmp_path / "none.csv")


def test_labels_of_other_recordings_or_none_are_told_before_a_model_is_read(choir: Path, tmp_path: Path) -> None:
    write_choir(tmp_path / "other", ("Ann", "Ben"), ("ode",))
    known = read_labels(tmp_path / "other")
    with pytest.raises(BadInputError, match="the labels are of other recordings, in"):
        read_all([choir], None, known, [], tmp_path / "no model", 1)
    with pytest.raises(BadInputError, match="nothing says who sings; pass --trials LIST or --labelled"):
        read_all([choir], None, None, [], tmp_path / "no model", 1)
