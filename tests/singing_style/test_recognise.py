import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from singing_style.recognise import HEAD, recognise
from singing_style.vectors import write_vectors
from tests.singing_style.made_up import index_of, performance, tiny_model, voice


def npz(**arrays: object) -> bytes:
    held = io.BytesIO()
    np.savez(held, **arrays)  # type: ignore[arg-type]
    return held.getvalue()


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("readme.txt", "la")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "an empty file"),
        (b"path,singer\na.wav,Ann\n", "a table (CSV)"),
        (b"la la la\n", "a text file"),
        ("é".encode() * HEAD, "a text file"),
        (b"x" + "é".encode() * HEAD, "a text file"),  # the head ends within a character
        (b"\x00\x01\x02\x03" * 9, "a file of an unknown kind"),
        (b"la \xff\xfe la", "a file of an unknown kind"),
        (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
        (b"\x00\x00\x00\x20ftypM4A ", "a sound or video file (MP4)"),
        (b"RIFF\x00\x00\x00\x00AVI LIST\xff", "a file of an unknown kind"),
        (npz(a=[1], b=[2]), "an npz of other arrays (a, b)"),
        (npz(kind="singing-style index 1", model="m"), "an index"),
        (npz(a=[1])[:40], "an archive (npz or zip) that was cut short or altered"),
        (zipped(), "a zip archive"),
    ],
)
def test_a_file_is_told_by_its_content(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "any name").write_bytes(content)
    assert recognise(tmp_path / "any name") == what


@pytest.mark.parametrize(("name", "what"), [("a.wav", "WAV"), ("a.flac", "FLAC"), ("a.ogg", "Ogg"), ("a.aiff", "AIFF")])
def test_sound_files_as_a_library_writes_them(tmp_path: Path, name: str, what: str) -> None:
    soundfile.write(tmp_path / name, np.zeros(8000), 8000)
    assert recognise(tmp_path / name) == f"a sound file ({what})"


def test_what_the_command_itself_writes(tmp_path: Path) -> None:
    tiny_model().save(tmp_path / "model")
    assert recognise(tmp_path / "model") == "a model"
    write_vectors([performance("a", [[1, 2]], [0])], tmp_path / "v.npz", "m")
    assert recognise(tmp_path / "v.npz") == "a file of vectors, as `singing-style embed` writes"
    index_of(voice("a", "Ann", 1)).save(tmp_path / "i.npz")
    assert recognise(tmp_path / "i.npz").startswith("an index")


@given(content=st.binary(max_size=60))
def test_any_bytes_are_something(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    assert recognise(path).split()[0] in ("a", "an")
