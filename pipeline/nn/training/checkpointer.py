"""Keeping a training's state at a bounded cost, and carrying on from it."""

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

SHARE = 0.01
"""Of the time of training, so much may go into checkpoints."""
FIRST_RATE = 5e8
"""Bytes a second at which the first checkpoint is expected to be written; for the next, the last one's time counts."""


class Pace:
    """Says when the next checkpoint fits into the share of time that checkpoints may take.

    So a small network loses seconds to a kill, one of hundreds of megabytes a hundred times as long as a write lasts;
    there is nothing to set.

    Parameters
    ----------
    size : int
        Bytes of a checkpoint.
    clock : callable
        Seconds.
    """

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._started = clock, clock()
        self._expected, self._spent = size / FIRST_RATE, 0.0

    def due(self) -> bool:
        """Tell whether a checkpoint now would stay within the share."""
        return self._spent + self._expected <= SHARE * (self._clock() - self._started)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Take the time of what happens inside, the writing of a checkpoint."""
        began = self._clock()
        try:
            yield
        finally:
            self._expected = self._clock() - began
            self._spent += self._expected


class Checkpointer:
    """Writes checkpoints between the steps of a training, and a last one when it is interrupted.

    Of several processes that train together the first one writes and reads, and tells the others; all end at one step.

    Parameters
    ----------
    folder : CheckpointFolder, optional
        Where they are kept; the first process has one.
    interruption : callable
        Says why the training should end now, or None.
    pace : Pace
        Says when a checkpoint is due.
    say : callable
        Takes the lines that tell what happens.
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
        """Bring a fresh trainer to the newest whole checkpoint, if there is one, and return the step it is at."""
        found = self._folder.newest() if self._folder else None
        if found:
            restore(trainer, found)
            self._say(f"carrying on from epoch {trainer.trained.epochs}, step {found.step}")
        elif self._folder and self._folder.steps():
            self._say("no checkpoint is whole; starting afresh")
        if trainer.processes.count > 1:
            _align(trainer)
        return trainer.steps

    def after_step(self, trainer: Trainer) -> None:
        """Write a checkpoint where one is due.

        Raises
        ------
        Interrupted
            The training should end; its last state is kept.
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
        """Write a checkpoint; a full disk must not end the training, and is said."""
        with self._pace.measured():
            try:
                folder.write(capture(trainer))
            except (OSError, SafetensorError) as fault:
                self._say(f"no checkpoint could be written ({fault}); training goes on, the earlier ones stay")
                return False
        return True


def _align(trainer: Trainer) -> None:
    """Give all processes the state of the first, but each its own masks of dropout, and its own augmentation."""
    state = capture(trainer)
    tensors, record = trainer.processes.tell_state(state.tensors, state.record)
    if not trainer.processes.first:
        restore(trainer, Checkpoint(trainer.steps, tensors, record))
        diverge_dropout(trainer.network, trainer.processes.number)
        told = int(trainer.augmentation_generator.integers(2**63))
        trainer.augmentation_generator = np.random.default_rng([told, trainer.processes.number])
