import hashlib
from pathlib import Path

import pytest

from pipeline.scratch import hash_files, scratch_folder


def test_scratch_lies_in_the_repository_that_dvc_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    assert scratch_folder() == tmp_path / ".scratch"
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "main"))
    assert scratch_folder() == tmp_path / "main" / ".scratch"


def test_files_are_hashed_by_name_and_content(tmp_path: Path) -> None:
    one, other = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text("x")
    other.write_text("y")
    x, y = (hashlib.sha256(text.encode()).hexdigest() for text in "xy")
    assert hash_files([one, other]) == hashlib.sha256(f"a.py {x}\nb.py {y}\n".encode()).hexdigest()
    before = hash_files([one, other])
    other.write_text("z")
    assert hash_files([one, other]) != before


def test_the_folder_does_not_count(tmp_path: Path) -> None:
    for folder in ("main", "temporary"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("x")
    assert hash_files([tmp_path / "main/a.py"]) == hash_files([tmp_path / "temporary/a.py"])
