import unicodedata
from pathlib import Path

from pipeline.corpora.names_on_disk import as_on_disk


def test_a_name_that_is_there_stays_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "Ann .wav").touch()
    (tmp_path / "Ann.wav").touch()
    assert as_on_disk(tmp_path, "Ann .wav") == "Ann .wav"


def test_folders_and_files_are_found_in_another_unicode_form_and_with_blanks_around(tmp_path: Path) -> None:
    folder, file = unicodedata.normalize("NFD", "Zoë"), " été.wav "
    (tmp_path / folder).mkdir()
    (tmp_path / folder / file).touch()
    assert as_on_disk(tmp_path, "Zo\u00eb/\u00e9t\u00e9.wav") == f"{folder}/{file}"


def test_what_is_nowhere_is_returned_as_it_is(tmp_path: Path) -> None:
    assert as_on_disk(tmp_path, "nobody/none.wav") == "nobody/none.wav"
