import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.storage.checkpoint import Checkpoint, CheckpointFolder
from pipeline.storage.checkpoint_store import CheckpointStore

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from pipeline.storage.checkpoint_store import CheckpointStore
with CheckpointStore(Path(sys.argv[1]), "train").claim({"seed": 0}):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


class Killed(Exception):  # noqa: N818
    """Ends a computation in the middle."""


def leave(store: CheckpointStore, identity: dict[str, object], step: int | None) -> Path:
    """Begin a computation, write a checkpoint or none, and break off."""
    with contextlib.suppress(Killed), store.claim(identity) as folder:
        if step is not None:
            folder.write(Checkpoint(step, {"a": torch.zeros(1)}, {}))
        raise Killed
    return folder.path


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, lines: list[str]) -> CheckpointStore:
    return CheckpointStore(tmp_path / "scratch", "train", lines.append, patience=0.5)


def hold(root: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(root), str(seconds)]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_the_same_identity_finds_what_it_left(store: CheckpointStore, lines: list[str]) -> None:
    path = leave(store, {"seed": 0, "train": {"pairs": 8}}, 5)
    with store.claim({"train": {"pairs": 8}, "seed": 0}) as folder:
        assert folder.path == path
        assert folder.steps() == [5]
    assert lines == []


def test_on_success_the_folder_is_removed(store: CheckpointStore, tmp_path: Path) -> None:
    with store.claim({"seed": 0}) as folder:
        folder.write(Checkpoint(1, {"a": torch.zeros(1)}, {}))
    assert list((tmp_path / "scratch").iterdir()) == []


def test_another_identity_starts_afresh_and_says_what_differs(store: CheckpointStore, lines: list[str]) -> None:
    path = leave(store, {"seed": 0, "train": {"pairs": 8, "l2": 1e-6}, "code": "x"}, 5)
    with store.claim({"seed": 0, "train": {"pairs": 16, "l2": 1e-6}, "code": "y"}) as folder:
        assert folder.path != path
        assert folder.steps() == []
    assert lines == [f"starting afresh: {path.name}, which reached step 5, differs in code, train.pairs"]
    with store.claim({"seed": 0, "train": {"pairs": 8, "l2": 1e-6}, "code": "x"}) as folder:
        assert folder.steps() == [5]


def test_folders_of_other_computations_are_bounded(store: CheckpointStore, tmp_path: Path) -> None:
    """The two latest with a checkpoint stay; one without goes first."""
    paths = [leave(store, {"seed": seed}, seed) for seed in range(3)]
    paths.append(leave(store, {"seed": 3}, None))
    last = leave(store, {"seed": 4}, 4)
    assert {path for path in (tmp_path / "scratch").iterdir() if path.is_dir()} == {paths[1], paths[2], last}


@pytest.mark.slow
def test_a_second_process_is_refused_while_the_first_works(
    store: CheckpointStore, lines: list[str], tmp_path: Path
) -> None:
    holder = hold(tmp_path / "scratch", 60)
    try:
        refused = pytest.raises(BadInputError, match=f"process {holder.pid} is doing the same work; stop it, or wait")
        with refused, store.claim({"seed": 0}):
            raise AssertionError("both at once")
        assert lines == [f"process {holder.pid} is doing the same work; waiting up to 0.5 s for it to end"]
    finally:
        holder.kill()
        holder.communicate()
    with store.claim({"seed": 0}) as folder:
        assert isinstance(folder, CheckpointFolder)


@pytest.mark.slow
def test_a_second_process_goes_on_when_the_first_ends(tmp_path: Path) -> None:
    """The first ends well, so that its folder, lock and all, is removed while the second waits for it."""
    lines: list[str] = []
    holder = hold(tmp_path / "scratch", 0.3)
    with CheckpointStore(tmp_path / "scratch", "train", lines.append, patience=30).claim({"seed": 0}) as folder:
        folder.write(Checkpoint(1, {"a": torch.zeros(1)}, {}))
        assert folder.steps() == [1]
    assert holder.wait(120) == 0
    holder.communicate()
    assert len(lines) == 1
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.slow
def test_a_folder_in_use_is_not_pruned(store: CheckpointStore, tmp_path: Path) -> None:
    holder = hold(tmp_path / "scratch", 60)
    try:
        for seed in (1, 2, 3):
            leave(store, {"seed": seed}, seed)
        with store.claim({"seed": 4}):
            names = {path.stem for path in (tmp_path / "scratch").iterdir()}
        assert len(names) == 4
    finally:
        holder.kill()
        holder.communicate()
