import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from singing_style.sounds import find_passed_over, find_sounds
from tests.audio.test_decode import encoded_by_ffmpeg


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_stands_for_every_sound_in_it_and_a_file_for_itself(tmp_path: Path) -> None:
    touch(tmp_path, "b/two.WAV", "b/deep/er/one.m4a", "a.flac", "words.txt", ".hidden.wav", ".git/x.wav", "odd.name")
    found = find_sounds([tmp_path / "odd.name", tmp_path, tmp_path / "a.flac"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "odd.name",
        "a.flac",
        "b/deep/er/one.m4a",
        "b/two.WAV",
    ]


def content(container: str, subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(2000), 44100, format=container, subtype=subtype)
    return file.getvalue()


SOUNDS = {
    "film.mkv": b"",
    "film.avi": b"",
    "broadcast.bwf": b"",
    "long.rf64": b"",
    "take.wav ": b"",
    "no suffix": content("WAV"),
    "take.1": content("FLAC"),
    "take.bak": content("AIFF"),
    "take.old": content("MP3", "MPEG_LAYER_III"),
    "take.w": content("W64"),
    "take.o": content("OGG", "VORBIS"),
    "take.c": content("CAF"),
    "take.s": content("AU"),
    "take.r": content("RF64"),
    "take.m": encoded_by_ffmpeg(np.zeros((2000, 1)), 44100, "mp4", "aac"),
    "take.k": encoded_by_ffmpeg(np.zeros((2000, 1)), 44100, "matroska", "aac"),
    "take.v": encoded_by_ffmpeg(np.zeros((2000, 1)), 44100, "wv", "wavpack"),
    "take.a": encoded_by_ffmpeg(np.zeros((2000, 1)), 44100, "adts", "aac"),
}
SOUNDS |= {
    f"take.of {container}": encoded_by_ffmpeg(np.zeros((2000, 1)), 44100, container, codec)
    for container, codec in {"asf": "wmav2", "flv": "libmp3lame", "tta": "tta"}.items()
}
SOUNDS |= {"film.wmv": b"", "film.flv": b"", "take.sph": b"", "take.n": content("NIST"), "take.x": content("SVX")}
OTHERS = {
    "words.txt": b"la la la",
    "cover.heic": b"\0\0\0\x18ftypheic",
    "cover.jpg": b"\xff\xd8\xff\xe0",
    "cover.webp": b"RIFF\0\0\0\0WEBP",
    "utf-16.txt": b"\xff\xfel\0a\0",
    "empty": b"",
}


def test_sound_is_told_by_content_and_the_rest_is_named(tmp_path: Path) -> None:
    for name, head in (SOUNDS | OTHERS).items():
        (tmp_path / name).write_bytes(head)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "more").symlink_to(tmp_path)
    assert {path.name for path in find_sounds([tmp_path])} == set(SOUNDS)
    passed = find_passed_over(tmp_path)
    assert {path.name for path in passed.files} == {*OTHERS, "pipe"}
    assert [path.name for path in passed.links] == ["more"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match=r"none\.wav: no such file or folder"):
        find_sounds([tmp_path / "none.wav"])
    with pytest.raises(BadInputError, match="empty: contains no sound files; name another folder"):
        find_sounds([tmp_path / "empty"])
    (tmp_path / "linked").mkdir()
    for name in "ab":
        (tmp_path / "linked" / name).symlink_to(tmp_path / "empty")
    with pytest.raises(BadInputError, match="linked: contains no sound files but 2 links to folders, not followed; "):
        find_sounds([tmp_path / "linked"])


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=12)


@given(names=st.sets(NAMES.map(lambda name: f"x{name}.wav"), min_size=1, max_size=4))
def test_names_of_any_script_are_found(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    folder = tmp_path_factory.mktemp("any script")
    touch(folder, *names)
    assert find_sounds([folder]) == sorted(folder / name for name in names)


def test_a_quoted_pattern_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInputError) as fault:
        find_sounds([Path("new/concert/*.wav")])
    assert str(fault.value) == (
        "new/concert/*.wav: no such file or folder; leave out the quotes around it, or name the folder: new/concert"
    )
