import subprocess
from pathlib import Path

from pipeline.runtime.commit import Commit, last_commit


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    return subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True, text=True).stdout


def test_name_and_day_of_the_commit_that_is_checked_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert last_commit(tmp_path) is None
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one", "--date", "2020-01-01T00:00:00Z")
    day = git(tmp_path, "log", "-1", "--format=%cs").strip()
    assert last_commit(tmp_path) == Commit(git(tmp_path, "rev-parse", "HEAD")[:12], day)


def test_outside_a_repository_there_is_none(tmp_path: Path) -> None:
    assert last_commit(tmp_path) is None


def test_what_was_changed_since_is_named_once(tmp_path: Path) -> None:
    def changed() -> tuple[str, ...]:
        commit = last_commit(tmp_path)
        assert commit is not None
        return commit.changed

    git(tmp_path, "init", "-q")
    (tmp_path / "pipeline").mkdir()
    for name in ("params.yaml", "pipeline/knn.py", "pipeline/tsne.py", "README.md"):
        (tmp_path / name).write_text("one")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    assert changed() == ()
    (tmp_path / "README.md").write_text("two")
    assert changed() == ()
    for name in ("params.yaml", "pipeline/knn.py", "pipeline/tsne.py"):
        (tmp_path / name).write_text("two")
    assert changed() == ("params.yaml", "pipeline")
    git(tmp_path, "checkout", "-q", ".")
    (tmp_path / "pipeline/é.py").write_text("new")
    assert changed() == ("pipeline",)
    git(tmp_path, "add", ".")
    assert changed() == ("pipeline",)
