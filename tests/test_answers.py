"""The study of answers refuses what is not the RAVDESS songs, before it listens to anything."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.answers import check_corpus
from pipeline.errors import BadInputError


def write_corpus(folder: Path, name: str, singer: str) -> Path:
    soundfile.write(folder / name, np.zeros(100), 8000)
    (folder / "manifest.csv").write_text(f"path,singer\n{name},{singer}\n")
    return folder


def test_the_songs_are_known_by_their_names(tmp_path: Path) -> None:
    check_corpus(write_corpus(tmp_path, "03-02-01-01-02-01-07.flac", "ravdess_07"))


@pytest.mark.parametrize(
    ("name", "singer"), [("take.flac", "ravdess_07"), ("03-02-01-01-02-01-07.flac", "Ann")], ids=["file", "singer"]
)
def test_another_corpus_is_refused(tmp_path: Path, name: str, singer: str) -> None:
    with pytest.raises(BadInputError, match=rf"manifest\.csv: {name} is not a recording of the RAVDESS songs"):
        check_corpus(write_corpus(tmp_path, name, singer))


def test_a_folder_without_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"manifest\.csv: no such file"):
        check_corpus(tmp_path)
