"""How a training went: the figures for the record, and warnings."""

from typing import Any

from pipeline.nn.training.trainer import Trainer
from pipeline.runtime.counting import counted

# Number of singers that a warning names.
NAMED = 3


def report_training(trainer: Trainer) -> dict[str, Any]:
    """Return the figures of a finished training, as plain values.

    ``validation_measure`` says what ``validation_loss`` and ``constant_loss`` are: that of the weights kept, which are
    those of ``kept_epoch``, and that of a constant embedding. ``best_epoch`` is that of the lowest. ``health`` is
    ``good`` or the diagnosis of `pipeline.nn.training.health`; ``singers_without_pair`` counts the training singers
    without a same-singer pair.
    """
    diagnosis = trainer.diagnose()
    kept_epoch, kept_loss = _kept(trainer)
    return {
        "epochs": trainer.trained.epochs,
        "steps": trainer.steps,
        "validation_measure": trainer.objective.validation_measure,
        "validation_loss": kept_loss,
        "constant_loss": trainer.objective.constant_loss,
        "kept_epoch": kept_epoch,
        "best_epoch": trainer.trained.stopping.best_epoch,
        "health": diagnosis.name if diagnosis else "good",
        "singers_without_pair": len(trainer.objective.singers_without_pair()),
        "parameters": trainer.network.count_parameters(),
    }


def _kept(trainer: Trainer) -> tuple[int, float]:
    """Return epoch and loss of the validation whose weights are kept."""
    if trainer.settings.keep == "best":
        return trainer.trained.stopping.best_epoch, trainer.trained.stopping.best
    last = trainer.trained.validation[-1]
    return int(last["step"]) // trainer.settings.steps_per_epoch, last["loss"]


def warn_of_training(trainer: Trainer) -> list[str]:
    """List what is wrong with a training that could still finish, and what to try, a line each."""
    diagnosis = trainer.diagnose()
    warnings = [diagnosis.line] if diagnosis else []
    unpaired = trainer.objective.singers_without_pair()
    if unpaired:
        named = ", ".join(unpaired[:NAMED]) + (", ..." if len(unpaired) > NAMED else "")
        who = counted(len(unpaired), "training singer is", "training singers are")
        warnings.append(f"{who} in no same-singer pair ({named}): add another clip of each, or leave them out")
    return warnings
