"""How a training went: the figures for the record, and warnings."""

from typing import Any

from pipeline.nn.training.trainer import Trainer

# Number of singers that a warning names.
NAMED = 3


def report_training(trainer: Trainer) -> dict[str, Any]:
    """Return the figures of a finished training, as plain values.

    ``validation_loss`` is that of the weights kept; ``health`` is ``good`` or the diagnosis of
    `pipeline.nn.training.health`; ``singers_without_pair`` counts the training singers without a same-singer pair.
    """
    stopping, diagnosis = trainer.trained.stopping, trainer.diagnose()
    best = trainer.settings.keep == "best"
    return {
        "epochs": trainer.trained.epochs,
        "best_epoch": stopping.best_epoch,
        "validation_loss": stopping.best if best else trainer.trained.validation[-1]["loss"],
        "collapse_loss": trainer.objective.chance,
        "health": diagnosis.name if diagnosis else "good",
        "singers_without_pair": len(trainer.objective.singers_without_pair()),
        "parameters": trainer.network.count_parameters(),
    }


def warn_of_training(trainer: Trainer) -> list[str]:
    """List what is wrong with a training that could still finish, and what to try, a line each."""
    diagnosis = trainer.diagnose()
    warnings = [diagnosis.line] if diagnosis else []
    unpaired = trainer.objective.singers_without_pair()
    if unpaired:
        named = ", ".join(unpaired[:NAMED]) + (", ..." if len(unpaired) > NAMED else "")
        warnings.append(
            f"{len(unpaired)} training singers are in no same-singer pair ({named}): add another clip of each, or "
            "leave them out"
        )
    return warnings
