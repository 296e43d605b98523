"""How a training went: the figures for the record, and what should not pass unseen."""

from typing import Any

from pipeline.nn.health import diagnose
from pipeline.nn.trainer import Trainer

NAMED = 3
"""Singers that a warning names."""


def report_training(trainer: Trainer) -> dict[str, Any]:
    """Give the figures of a training that has ended, as plain values.

    ``health`` is ``good`` or the name of what `pipeline.nn.health` found; ``singers_without_pair`` counts the training
    singers of whom no same-singer pair can be made.
    """
    stopping, margin = trainer.trained.stopping, trainer.settings.margin
    finding = diagnose(trainer.trained.validation, margin)
    return {
        "epochs": trainer.trained.epochs,
        "best_epoch": stopping.best_epoch,
        "validation_loss": stopping.best,
        "collapse_loss": 0.25 * margin,
        "health": finding.name if finding else "good",
        "singers_without_pair": len(trainer.sampler.lonely_singers()),
        "parameters": trainer.network.count_parameters(),
    }


def warn_of_training(trainer: Trainer) -> list[str]:
    """Say, a line each, what is wrong with a training although it could go on, and what to try."""
    finding = diagnose(trainer.trained.validation, trainer.settings.margin)
    warnings = [finding.line] if finding else []
    lonely = trainer.sampler.lonely_singers()
    if lonely:
        named = ", ".join(lonely[:NAMED]) + (", ..." if len(lonely) > NAMED else "")
        warnings.append(
            f"{len(lonely)} training singers are in no same-singer pair ({named}): give each another clip, or leave "
            "them out"
        )
    return warnings
