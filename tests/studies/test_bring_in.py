import os
from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from pipeline.studies.bring_in import bring_in


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "from" / "Ann").mkdir(parents=True)
    (tmp_path / "from" / "Ann" / "a.wav").write_bytes(b"a")
    return tmp_path / "from"


def names(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_links_are_followed_and_what_cannot_be_copied_is_passed_over_by_name(source: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.wav").write_bytes(b"b")
    (source / "b.wav").symlink_to(tmp_path / "elsewhere" / "b.wav")
    (source / "Ben").symlink_to(tmp_path / "elsewhere")
    (source / "dead.wav").symlink_to("nowhere.wav")
    (source / "Ann" / "up").symlink_to("..")
    os.mkfifo(source / "pipe.wav")
    (source / "new\nline.wav").write_bytes(b"c")
    (source / os.fsdecode(b"\xff.wav")).write_bytes(b"d")
    passed = bring_in(source, tmp_path / "raw" / "own")
    found = tmp_path / "raw" / "own"
    assert names(found) == {"Ann/a.wav", "b.wav", "Ben/b.wav", "new\nline.wav", "\\udcff.wav"}
    assert not any(file.is_symlink() for file in found.rglob("*"))
    assert (found / "Ben/b.wav").read_bytes() == b"b"
    assert passed == [
        f"{source / 'Ann' / 'up'}: a link to a folder above it",
        f"{source / 'dead.wav'}: a link that leads nowhere (No such file or directory)",
        f"{source / 'pipe.wav'}: not a regular file",
    ]
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["own"]


def test_what_cannot_be_brought_in_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    with pytest.raises(BadInputError, match="not a folder"):
        bring_in(source / "none", raw / "own")
    with pytest.raises(BadInputError, match="holds .*, to which it would be copied"):
        bring_in(tmp_path, raw / "own")
    (source / "Ann" / "a.wav").unlink()
    with pytest.raises(BadInputError, match="holds no files"):
        bring_in(source, raw / "own")
    assert not list(raw.iterdir())
    (raw / "own").mkdir()
    with pytest.raises(BadInputError, match="own: there already; remove it first"):
        bring_in(source, raw / "own")


def test_a_copy_that_fails_leaves_nothing_behind(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", fill)
    with pytest.raises(OSError, match="No space"):
        bring_in(source, tmp_path / "raw" / "own")
    assert not list((tmp_path / "raw").iterdir())
