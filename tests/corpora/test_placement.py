import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.corpora.placement import locate, locate_all, place, place_all
from pipeline.errors import BadInputError, BadRecordingError


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.wav").write_bytes(b"a")
    (tmp_path / "secret").write_bytes(b"s")
    (corpus / "near.wav").symlink_to("a.wav")
    (corpus / "out.wav").symlink_to(tmp_path / "secret")
    (corpus / "loop.wav").symlink_to("loop.wav")
    (corpus / "up").symlink_to(tmp_path)
    linked = tmp_path / "linked"
    linked.symlink_to(corpus)
    assert locate(linked, "near.wav") == (corpus / "a.wav").resolve()
    for name, reason in [
        ("out.wav", "leads out of the corpus folder"),
        ("up/secret", "leads out of the corpus folder"),
        ("loop.wav", "no such file"),
        ("none.wav", "no such file"),
        ("up/corpus", "not a file"),
    ]:
        with pytest.raises(BadRecordingError, match=reason):
            locate(corpus, name)


@pytest.mark.parametrize("cache", ["other/files/md5", "of DVC 2"])
def test_links_that_dvc_made_are_the_data(tmp_path: Path, cache: str) -> None:
    content = tmp_path / cache / "0c" / "c175b9c0f1b6a831c399e269772661"
    content.parent.mkdir(parents=True)
    content.write_bytes(b"a")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "Take.WAV").symlink_to(content)
    found = locate(corpus, "Take.WAV")
    assert found.read_bytes() == b"a"
    assert place(found, "r1", tmp_path) == "audio/r1.wav"  # as of a corpus that is not linked
    placed = tmp_path / "audio" / "r1.wav"
    assert placed.samefile(content)
    assert not placed.is_symlink()


def test_a_name_in_another_case_is_told(tmp_path: Path) -> None:
    (tmp_path / "Ann").mkdir()
    (tmp_path / "Ann" / "Take.wav").write_bytes(b"a")
    with pytest.raises(BadRecordingError, match="ann/take.WAV: no such file; there is Ann/Take.wav, which the table"):
        locate(tmp_path, "ann/take.WAV")


def test_blanks_around_a_name_are_found_though_a_table_does_not_hold_them(tmp_path: Path) -> None:
    (tmp_path / "take.wav ").write_bytes(b"a")
    assert locate(tmp_path, "take.wav").read_bytes() == b"a"


@pytest.mark.parametrize(("written", "on_disk"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_table_may_be_in_another_unicode_form(tmp_path: Path, written: Any, on_disk: Any) -> None:
    path = "Zoë/été.wav"
    file = tmp_path / unicodedata.normalize(on_disk, path)
    file.parent.mkdir()
    file.write_bytes(b"a")
    assert locate(tmp_path, unicodedata.normalize(written, path)).samefile(file)
    for missing in ("Zoë/none.wav", "Zoe/été.wav", "Zoë/été.wav/x.wav"):
        with pytest.raises(BadRecordingError, match=f"{missing}: no such file"):
            locate(tmp_path, missing)


def test_places_by_hard_link(tmp_path: Path) -> None:
    source = tmp_path / "Take.WAV"
    source.write_bytes(b"sound")
    assert place(source, "r1", tmp_path / "corpus") == "audio/r1.wav"
    assert (tmp_path / "corpus" / "audio" / "r1.wav").samefile(source)


def test_places_by_copy_where_links_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError("other file system")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    source = tmp_path / "take"
    source.write_bytes(b"sound")
    assert place(source, "r.1", tmp_path / "corpus") == "audio/r.1"
    placed = tmp_path / "corpus" / "audio" / "r.1"
    assert placed.read_bytes() == b"sound"
    assert not placed.samefile(source)


def test_placing_again_leaves_the_first_source_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError("other file system")

    for name in ("first.wav", "second.wav"):
        (tmp_path / name).write_bytes(name.encode())
    place(tmp_path / "first.wav", "r1", tmp_path)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    place(tmp_path / "second.wav", "r1", tmp_path)
    assert (tmp_path / "first.wav").read_bytes() == b"first.wav"
    assert (tmp_path / "audio" / "r1.wav").read_bytes() == b"second.wav"


def test_odd_suffixes_do_not_come_along(tmp_path: Path) -> None:
    source = tmp_path / "take.wav copy"
    source.write_bytes(b"sound")
    assert place(source, "r1", tmp_path) == "audio/r1"


def test_files_that_are_missing_are_left_out_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"a")
    table = pd.DataFrame({"recording": ["a", "b"], "path": ["a.wav", "b.wav"]})
    files = locate_all(table, tmp_path, max_bad_share=0.5)
    assert [(fault.recording, fault.reason) for fault in files.left_out] == [("b", "b.wav: no such file")]
    placed = place_all(table[:1], files.results, tmp_path / "corpus")
    assert list(placed["path"]) == ["audio/a.wav"]
    with pytest.raises(BadInputError, match=r"1 of 2 recordings cannot be used.*b\.wav: no such file"):
        locate_all(table, tmp_path, max_bad_share=0.4)


def test_a_file_that_may_not_be_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    monkeypatch.setattr("os.access", lambda path, mode: False)  # the superuser may read everything
    with pytest.raises(BadRecordingError, match=r"a\.wav: no permission to read it"):
        locate(tmp_path, "a.wav")
