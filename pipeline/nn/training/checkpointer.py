"""Checkpoints of a training at a bounded cost, and resuming from them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from safetensors import SafetensorError

from pipeline.errors import Interrupted
from pipeline.nn.networks.dropout import diverge_dropout
from pipeline.nn.training.state import capture, restore
from pipeline.nn.training.trainer import Trainer
from pipeline.storage.checkpoint import Checkpoint, CheckpointFolder

# Share of the training time that checkpoints may take.
SHARE = 0.01
# Bytes per second assumed for the first checkpoint; for each later one the previous one's time is assumed.
FIRST_RATE = 5e8


class Pace:
    """Decides when the next checkpoint fits into the share of time that checkpoints may take.

    A killed training of a small network loses seconds; one of hundreds of megabytes loses a hundred times as long as a
    write takes. There is nothing to set.

    Parameters
    ----------
    size : int
        Size of a checkpoint in bytes.
    clock : callable
        Returns the time in seconds.
    """

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._started = clock, clock()
        self._expected, self._spent = size / FIRST_RATE, 0.0

    def due(self) -> bool:
        """Return whether a checkpoint now would stay within the share."""
        return self._spent + self._expected <= SHARE * (self._clock() - self._started)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the duration of the block, in which a checkpoint is written."""
        began = self._clock()
        try:
            yield
        finally:
            self._expected = self._clock() - began
            self._spent += self._expected


class Checkpointer:
    """Writes checkpoints between the steps of a training, and a last one when it is interrupted.

    Of several processes that train together the first one writes, reads and broadcasts; all stop at the same step.

    Parameters
    ----------
    folder : CheckpointFolder, optional
        Where checkpoints are kept; only the first process has one.
    interruption : callable
        Returns why the training should stop now, or None.
    pace : Pace
        Decides when a checkpoint is due.
    say : callable
        Receives progress messages, a line each.
    """

    def __init__(
        self,
        folder: CheckpointFolder | None,
        interruption: Callable[[], str | None],
        pace: Pace,
        say: Callable[[str], None] = print,
    ) -> None:
        self._folder, self._interruption, self._pace, self._say = folder, interruption, pace, say

    def resume(self, trainer: Trainer) -> int:
        """Bring a fresh trainer to the newest intact checkpoint, if any, and return its step."""
        found = self._folder.newest() if self._folder else None
        if found:
            restore(trainer, found)
            self._say(f"carrying on from epoch {trainer.trained.epochs}, step {found.step}")
        elif self._folder and self._folder.steps():
            self._say("no checkpoint is intact; starting afresh")
        if trainer.processes.count > 1:
            _align(trainer)
        return trainer.steps

    def after_step(self, trainer: Trainer) -> None:
        """Write a checkpoint where one is due.

        Raises
        ------
        Interrupted
            The training should stop; its last state is kept.
        """
        reason = self._interruption()
        ending = trainer.processes.any(reason is not None)
        kept = self._folder is None or not (ending or self._pace.due()) or self._write(trainer, self._folder)
        if ending:
            held = "" if kept else " from the last checkpoint that could be written"
            raise Interrupted(
                f"interrupted at epoch {trainer.trained.epochs} ({reason or 'another process is'}); "
                f"run the same command to carry on{held}"
            )

    def _write(self, trainer: Trainer, folder: CheckpointFolder) -> bool:
        """Write a checkpoint; a full disk is reported, but must not end the training."""
        with self._pace.measured():
            try:
                folder.write(capture(trainer))
            except (OSError, SafetensorError) as fault:
                self._say(f"no checkpoint could be written ({fault}); training goes on, the earlier ones stay")
                return False
        return True


def _align(trainer: Trainer) -> None:
    """Bring all processes to the state of the first, but with dropout masks and augmentation of their own."""
    state = capture(trainer)
    tensors, record = trainer.processes.broadcast_state(state.tensors, state.record)
    if not trainer.processes.first:
        restore(trainer, Checkpoint(trainer.steps, tensors, record))
        diverge_dropout(trainer.network, trainer.processes.number)
        drawn = int(trainer.augmentation_generator.integers(2**63))
        trainer.augmentation_generator = np.random.default_rng([drawn, trainer.processes.number])
