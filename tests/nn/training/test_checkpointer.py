from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pipeline.errors import Interrupted
from pipeline.nn.training.checkpointer import FIRST_RATE, Checkpointer, Pace
from pipeline.storage.checkpoint import Checkpoint, CheckpointFolder
from tests.nn.conftest import SETTINGS, make_trainer

SHORT = replace(SETTINGS, max_epochs=6, validate_every=3)


class Clock:
    """Seconds that pass when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def write_within(pace: Pace, clock: Clock, seconds: float) -> None:
    with pace.measured():
        clock.now += seconds


def test_the_first_checkpoint_waits_until_its_expected_cost_is_a_hundredth() -> None:
    clock = Clock()
    pace = Pace(int(2 * FIRST_RATE), clock)
    assert not pace.due()
    clock.now += 199
    assert not pace.due()
    clock.now += 1
    assert pace.due()


def test_the_next_waits_until_all_of_them_are_a_hundredth() -> None:
    """200 s, then a write of 3 s; a second one of 3 s makes 6 s, a hundredth of 600 s."""
    clock = Clock()
    pace = Pace(int(2 * FIRST_RATE), clock)
    clock.now += 200
    write_within(pace, clock, 3)
    clock.now += 396
    assert not pace.due()
    clock.now += 1
    assert pace.due()


@pytest.mark.parametrize(("step", "write"), [(0.5, 0.01), (0.5, 1.0), (0.1, 0.3), (7.0, 40.0), (7.0, 0.01)])
def test_a_training_spends_at_most_a_hundredth_on_checkpoints(step: float, write: float) -> None:
    clock = Clock()
    pace = Pace(int(write * FIRST_RATE), clock)
    writes = 0
    for _ in range(5000):
        clock.now += step
        if pace.due():
            write_within(pace, clock, write)
            writes += 1
    elapsed = clock.now - 1000
    assert writes * write <= 0.0101 * elapsed
    assert writes >= min(0.005 * elapsed / write, 5000) - 1


class AlwaysDue(Pace):
    """Checkpoints after every step."""

    def due(self) -> bool:
        return True


def never() -> str | None:
    return None


@pytest.mark.slow
def test_an_interrupted_training_says_where_and_carries_on_there(tmp_path: Path) -> None:
    lines: list[str] = []
    folder = CheckpointFolder(tmp_path)
    reasons = iter([None, None, None, "SIGTERM"])
    first = Checkpointer(folder, lambda: next(reasons), Pace(10**12), lines.append)
    with pytest.raises(Interrupted, match=r"^interrupted at epoch 4 \(SIGTERM\); run the same command to carry on$"):
        make_trainer(SHORT).run(first.after_step)
    assert folder.steps() == [4]
    trainer = make_trainer(SHORT)
    second = Checkpointer(folder, never, Pace(10**12), lines.append)
    assert second.resume(trainer) == 4
    assert lines == ["carrying on from epoch 4, step 4"]
    whole = make_trainer(SHORT).run()
    resumed = trainer.run(second.after_step)
    assert resumed.history == whole.history
    assert all(torch.equal(value, whole.weights[name]) for name, value in resumed.weights.items())


@pytest.mark.slow
def test_a_checkpoint_is_written_when_due(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    make_trainer(SHORT).run(Checkpointer(folder, never, AlwaysDue(0)).after_step)
    assert sorted(folder.steps()) == [5, 6]


@pytest.mark.slow
def test_without_a_checkpoint_a_training_starts_at_the_start(tmp_path: Path) -> None:
    lines: list[str] = []
    assert Checkpointer(CheckpointFolder(tmp_path), never, Pace(1), lines.append).resume(make_trainer(SHORT)) == 0
    assert lines == []


def test_with_every_checkpoint_damaged_a_training_starts_at_the_start_and_says_so(tmp_path: Path) -> None:
    lines: list[str] = []
    folder = CheckpointFolder(tmp_path, lines.append)
    for step in (1, 2):
        folder.write(Checkpoint(step, {"a": torch.zeros(3)}, {}))
    for path in tmp_path.glob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:-1])
    assert Checkpointer(folder, never, Pace(1), lines.append).resume(make_trainer(SHORT)) == 0
    assert [line.split(" (")[0] for line in lines] == [
        "checkpoint of step 2 is damaged",
        "checkpoint of step 1 is damaged",
        "no checkpoint is intact; starting afresh",
    ]


def test_a_full_disk_ends_no_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    folder = CheckpointFolder(tmp_path)

    def full(_: Checkpoint) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "write", full)
    trainer = make_trainer(SHORT)
    assert trainer.run(Checkpointer(folder, never, AlwaysDue(0), lines.append).after_step).epochs == 6
    assert "no checkpoint could be written ([Errno 28] No space left on device); training goes on" in lines[0]
    stopped = Checkpointer(folder, lambda: "SIGINT", AlwaysDue(0), lines.append)
    with pytest.raises(Interrupted, match="carry on from the last checkpoint that could be written"):
        make_trainer(SHORT).run(stopped.after_step)
