import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pipeline.studies.fingerprint import git
from pipeline.studies.leftovers import RUNS, RWLOCK, clear_away, mend_lock
from tests.conftest import ROOT

RUNNING, FINISHED = 2, 6


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".dvc").mkdir()
    Path(".dvc/config").touch()
    Path(".dvc/.gitignore").write_text("/cache\n/tmp\n")
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ann")
    git("config", "user.email", "ann@example.org")
    git("commit", "-q", "--allow-empty", "-m", "start")


def leave(name: str, status: int, folder: Path) -> Path:
    """Leave behind what DVC writes of a run, and its folder."""
    report = RUNS / "run" / f"of-{name}" / f"of-{name}.run"
    report.parent.mkdir(parents=True)
    report.write_text(json.dumps({"name": name, "status": status, "root_dir": str(folder.resolve())}))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").touch()
    return report


def test_only_our_unfinished_runs_are_cleared_away(tmp_path: Path) -> None:
    killed = leave("paper-a", RUNNING, RUNS / "tmp1")
    finished = leave("paper-b", FINISHED, RUNS / "tmp2")
    others = leave("exp-c", RUNNING, RUNS / "tmp3")
    elsewhere = leave("paper-d", RUNNING, tmp_path / "work")
    clear_away(("paper-",))
    assert not killed.exists()
    assert not (RUNS / "tmp1").exists()
    for report, folder in ((finished, RUNS / "tmp2"), (others, RUNS / "tmp3"), (elsewhere, tmp_path / "work")):
        assert report.exists()
        assert (folder / "data").exists()


def test_a_stage_left_alone_is_stopped_and_no_other_process() -> None:
    leave("paper-a", RUNNING, RUNS / "tmp1")
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(sleep, cwd=RUNS / "tmp1") as stage, subprocess.Popen(sleep) as other:
        try:
            clear_away(("paper-",))
            assert not psutil.pid_exists(stage.pid)
            assert other.poll() is None
        finally:
            stage.kill()
            other.kill()


def test_nothing_left_is_no_fault() -> None:
    clear_away(("paper-",))


def test_a_stashed_experiment_is_forgotten() -> None:
    """Killed between stashing an experiment and taking it up, DVC would run it before the next one."""
    from dvc.repo import Repo
    from dvc.repo.experiments.stash import ExpStash

    def stashed() -> list[str | None]:
        with Repo() as repo:
            return [entry.name for entry in repo.experiments.tempdir_queue.stash.stash_revs.values()]

    with Repo() as repo:
        head = repo.scm.get_rev()
        for name in ("paper-a", "mine"):
            Path("file").write_text(name)
            repo.scm.add("file")
            repo.experiments.tempdir_queue.stash.push(message=ExpStash.format_message(head, head, name))
    assert sorted(str(name) for name in stashed()) == ["mine", "paper-a"]
    clear_away(("paper-",))
    assert stashed() == ["mine"]


@pytest.mark.slow
@pytest.mark.parametrize("left", [b"", b'{"data/raw": {"write": {"pid"', b"\xff"])
def test_a_lock_left_half_written_is_removed(left: bytes) -> None:
    RWLOCK.parent.mkdir(parents=True)
    RWLOCK.write_bytes(left)
    said = subprocess.run(
        [sys.executable, "-m", "pipeline.studies.leftovers"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == ".dvc/tmp/rwlock: left half written by a killed run; removed\n"
    assert not RWLOCK.exists()


def test_a_whole_lock_and_none_stay_as_they_are() -> None:
    assert not mend_lock()
    RWLOCK.parent.mkdir(parents=True)
    RWLOCK.write_text("{}")
    assert not mend_lock()
    assert RWLOCK.read_text() == "{}"
