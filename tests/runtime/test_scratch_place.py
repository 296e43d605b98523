"""Where the scratch store lies, and what all of its entries depend on."""

from pathlib import Path

import pytest

from pipeline.runtime import scratch as module
from pipeline.runtime.scratch import Scratch, scratch_folder

ROOT = Path(__file__).parents[2]


def test_the_store_is_the_repositorys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a/b")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    assert Scratch.of_stage("voice").folder == tmp_path / ".scratch/voice"
    monkeypatch.setenv("DVC_ROOT", "/elsewhere")
    assert Scratch.of_stage("voice").folder == Path("/elsewhere/.scratch/voice")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stage with two sources, beside one that it does not declare."""
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  sing:\n    cmd: x\n    deps: [data/raw, pipeline/sing.py, pipeline/choir]\n"
    )
    (tmp_path / "pipeline/choir").mkdir(parents=True)
    for name in ("sing.py", "choir/voice.py", "other.py"):
        (tmp_path / "pipeline" / name).write_text("1")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "pipeline/runtime/scratch.py"))
    return tmp_path


def test_the_basis_holds_declared_sources_and_libraries(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def basis() -> str:
        return Scratch.of_stage("sing").basis

    found = [basis()]
    (repository / "pipeline/other.py").write_text("2")
    assert basis() == found[0]
    for name in ("sing.py", "choir/voice.py"):
        (repository / "pipeline" / name).write_text("2")
        found.append(basis())
    monkeypatch.setattr(module, "version", lambda name: f"{name} of tomorrow")
    found.append(basis())
    assert len(set(found)) == 4


def test_the_basis_holds_what_is_named_besides(repository: Path) -> None:
    def basis(*besides: str) -> str:
        return Scratch.of_stage("sing", besides=besides).basis

    plain, before = basis(), basis("pipeline/other.py")
    assert plain != before
    assert basis("pipeline/choir") == plain  # the stage declares it already
    (repository / "pipeline/other.py").write_text("2")
    assert basis("pipeline/other.py") != before
    assert basis() == plain
    with pytest.raises(FileNotFoundError, match="pipeline/moved.py"):
        basis("pipeline/moved.py")


def test_scratch_lies_in_the_repository_that_dvc_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    assert scratch_folder() == tmp_path / ".scratch"
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "main"))
    assert scratch_folder() == tmp_path / "main" / ".scratch"
