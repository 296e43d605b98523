from dataclasses import replace
from typing import Literal

import pytest

from pipeline.nn.training.report import report_training
from pipeline.nn.training.trainer import Trainer
from tests.nn.conftest import OPTIONS, SETTINGS, make_trainer


def finished(keep: Literal["best", "last"]) -> Trainer:
    """Return a trainer whose first validation, of two, was the better: after 2 of 4 epochs of 3 steps."""
    trainer = make_trainer(replace(SETTINGS, steps_per_epoch=3, max_epochs=4, validate_every=2, keep=keep))
    trained = trainer.trained
    for epoch, loss in ((2, 0.125), (4, 0.1875)):
        trained.epochs = epoch
        trained.stopping.update(epoch, loss)
        trained.validation.append({"step": 3 * epoch, "loss": loss})
    trained.history = [{"step": step, "loss": 0.1} for step in range(1, 13)]
    return trainer


@pytest.mark.parametrize(("keep", "epoch", "loss"), [("best", 2, 0.125), ("last", 4, 0.1875)])
def test_the_loss_told_is_that_of_the_weights_kept(keep: Literal["best", "last"], epoch: int, loss: float) -> None:
    report = report_training(finished(keep))
    assert (report["kept_epoch"], report["validation_loss"]) == (epoch, loss)
    assert (report["epochs"], report["steps"], report["best_epoch"]) == (4, 12, 2)


def test_what_validation_measured_is_told() -> None:
    trainer = finished("last")
    report = report_training(trainer)
    assert (report["validation_measure"], report["constant_loss"]) == ("contrastive loss", 0.25)
    trainer.objective = make_trainer(options=replace(OPTIONS, loss="prototypical")).objective
    report = report_training(trainer)
    assert (report["validation_measure"], report["constant_loss"]) == ("equal error rate", 0.5)


def test_the_progress_bar_names_what_validation_measures() -> None:
    trainer = make_trainer(
        replace(SETTINGS, max_epochs=2, validate_every=2), options=replace(OPTIONS, loss="prototypical")
    )
    trained = trainer.run()
    shown = trainer._postfix()
    assert list(shown) == ["loss", "validation equal error rate", "constant_loss"]
    assert shown["validation equal error rate"] == f"{trained.validation[-1]['loss']:.4f}"
    assert shown["constant_loss"] == "0.5000"
