from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from singing_style.sounds import find_sounds


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


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match=r"none\.wav: no such file or folder"):
        find_sounds([tmp_path / "none.wav"])
    with pytest.raises(BadInputError, match="empty: contains no sound files"):
        find_sounds([tmp_path / "empty"])


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=12)


@given(names=st.sets(NAMES.map(lambda name: f"x{name}.wav"), min_size=1, max_size=4))
def test_names_of_any_script_are_found(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    folder = tmp_path_factory.mktemp("any script")
    touch(folder, *names)
    assert find_sounds([folder]) == sorted(folder / name for name in names)
