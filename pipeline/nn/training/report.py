"""How a training went: the figures for the record, and what should not pass unseen."""

from typing import Any

from pipeline.nn.training.trainer import Trainer

NAMED = 3
"""Singers that a warning names."""


def report_training(trainer: Trainer) -> dict[str, Any]:
    """Give the figures of a training that has ended, as plain values.

    ``validation_loss`` is that of the weights kept; ``health`` is ``good`` or what `pipeline.nn.training.health` found;
    ``singers_without_pair`` counts the training singers of whom no same-singer pair can be made.
    """
    stopping, finding = trainer.trained.stopping, trainer.diagnose()
    best = trainer.settings.keep == "best"
    return {
        "epochs": trainer.trained.epochs,
        "best_epoch": stopping.best_epoch,
        "validation_loss": stopping.best if best else trainer.trained.validation[-1]["loss"],
        "collapse_loss": trainer.objective.chance,
        "health": finding.name if finding else "good",
        "singers_without_pair": len(trainer.objective.lonely_singers()),
        "parameters": trainer.network.count_parameters(),
    }


def warn_of_training(trainer: Trainer) -> list[str]:
    """Say, a line each, what is wrong with a training although it could go on, and what to try."""
    finding = trainer.diagnose()
    warnings = [finding.line] if finding else []
    lonely = trainer.objective.lonely_singers()
    if lonely:
        named = ", ".join(lonely[:NAMED]) + (", ..." if len(lonely) > NAMED else "")
        warnings.append(
            f"{len(lonely)} training singers are in no same-singer pair ({named}): give each another clip, or leave "
            "them out"
        )
    return warnings
