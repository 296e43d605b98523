from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.errors import BadInputError
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.dropout import Dropout
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.objectives.settings import Loss
from pipeline.nn.training.trained import Trained
from pipeline.nn.training.trainer import Trainer
from tests.nn.conftest import CPU, OPTIONS, SETTINGS, SHAPE, make_trainer, residual

pytestmark = pytest.mark.slow

COLUMNS = (
    "step",
    "loss",
    "constant_loss",
    "positive_distance",
    "negative_distance",
    "near_negatives",
    "gradient_norm",
)


@pytest.fixture(scope="module")
def trained() -> Trained:
    return make_trainer().run()


def test_learns_to_tell_singers_apart(trained: Trained) -> None:
    last = trained.validation[-1]
    assert last["loss"] < 0.5 * last["constant_loss"]
    assert last["negative_distance"] > 3 * last["positive_distance"]


def test_keeps_a_row_a_step_and_a_row_a_validation(trained: Trained) -> None:
    assert [row["step"] for row in trained.history] == list(range(1, 61))
    assert [row["step"] for row in trained.validation] == [20, 40, 60]
    assert tuple(trained.history[0]) == COLUMNS
    assert all(row["constant_loss"] == 0.25 for row in trained.history)


def test_training_twice_gives_the_same_bytes(trained: Trained) -> None:
    again = make_trainer().run()
    assert again.history == trained.history
    assert all(torch.equal(again.weights[name], value) for name, value in trained.weights.items())


def test_weights_kept_are_those_of_the_lowest_validation_loss(trained: Trained) -> None:
    network = StyleNetwork(**SHAPE)
    network.load_state_dict(trained.weights)
    trainer = make_trainer()
    measured, error = trainer.validation.measure(network, trainer.objective, CPU, torch.float32)
    best = min(trained.validation, key=lambda row: row["loss"])
    assert measured.loss == pytest.approx(best["loss"], rel=1e-5)
    assert error == pytest.approx(best["equal_error_rate"], abs=1e-3)


def test_stops_when_patience_runs_out() -> None:
    """A learning rate too small to move the loss by half a percent: the first validation is the last progress."""
    settings = replace(SETTINGS, learning_rate=1e-12, max_epochs=1000, validate_every=10, patience=30)
    trainer = make_trainer(settings)
    trainer.trained.stopping.best = 1e-6
    assert trainer.run().epochs == 30


def test_an_epoch_may_hold_several_steps() -> None:
    run = make_trainer(replace(SETTINGS, steps_per_epoch=3, max_epochs=4, validate_every=2)).run()
    assert run.epochs == 4
    assert len(run.history) == 12
    assert [row["step"] for row in run.validation] == [6, 12]


def test_the_last_epoch_is_validated_even_off_the_beat() -> None:
    run = make_trainer(replace(SETTINGS, max_epochs=5, validate_every=4)).run()
    assert [row["step"] for row in run.validation] == [4, 5]


def test_steps_after_the_last_validation_are_in_the_history() -> None:
    """Patience runs out between two validations."""
    trainer = make_trainer(replace(SETTINGS, learning_rate=1e-12, max_epochs=1000, validate_every=10, patience=33))
    trainer.trained.stopping.best = 1e-6
    run = trainer.run()
    assert (run.epochs, len(run.history), len(run.validation)) == (33, 33, 3)


def test_a_loss_that_is_no_number_stops_training() -> None:
    trainer = make_trainer(replace(SETTINGS, max_epochs=5, validate_every=5))
    with torch.no_grad():
        trainer.network.output.bias.fill_(torch.inf)
    with pytest.raises(BadInputError, match="diverged: the loss is (nan|inf) at step 1; nothing was learned") as told:
        trainer.run()
    # it is trained in float32 already
    assert "no learning rate helps: make the clips anew (`dvc repro --force shards`), or return" in str(told.value)


def test_in_another_arithmetic_the_first_step_may_be_a_number() -> None:
    trainer = make_trainer(replace(SETTINGS, max_epochs=5, validate_every=5))
    trainer.precision = torch.bfloat16
    with torch.no_grad():
        trainer.network.output.bias.fill_(torch.inf)
    with pytest.raises(BadInputError, match="no learning rate helps: set train.precision to float32, make the clips"):
        trainer.run()


def test_once_a_step_was_taken_the_learning_rate_is_to_be_lowered() -> None:
    trainer = make_trainer(replace(SETTINGS, max_epochs=5, validate_every=5))

    def spoil(running: Trainer) -> None:
        with torch.no_grad():
            running.network.output.bias.fill_(torch.inf)

    with pytest.raises(BadInputError, match="diverged: the loss is .* at step 2; lower train.learning_rate"):
        trainer.run(after_step=spoil)


def test_a_gradient_that_is_no_number_stops_training_though_the_loss_is_one() -> None:
    trainer = make_trainer(replace(SETTINGS, max_epochs=1))
    trainer.network.output.bias.register_hook(lambda gradient: gradient * torch.nan)
    with pytest.raises(BadInputError, match="diverged: the gradient's norm is nan at step 1; nothing was learned"):
        trainer.run()


def test_a_validation_loss_that_is_no_number_stops_training() -> None:
    """Batch statistics are finite, the running ones are not: only the validation sees it."""
    trainer = make_trainer(replace(SETTINGS, max_epochs=1))
    with torch.no_grad():
        residual(trainer).block.expand_norm.running_mean.fill_(torch.nan)  # type: ignore[union-attr]
    with pytest.raises(BadInputError, match="the validation loss is nan at step 1; lower train.learning_rate"):
        trainer.run()


def test_a_collapse_is_said_while_training_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    trainer = make_trainer(replace(SETTINGS, learning_rate=1e-12, max_epochs=5, validate_every=1))
    with torch.no_grad():
        trainer.network.output.weight.zero_()
    assert trainer.run().epochs == 5
    assert capsys.readouterr().out.count("step 3: collapsed") == 1


def test_gradient_and_its_norm_equal_those_of_the_formula_in_float64() -> None:
    trainer = make_trainer()
    for layer in residual(trainer).dense:
        if isinstance(layer, Dropout):
            layer.share = 0.0
    reference = StyleNetwork(**{**SHAPE, "dropout": 0.0}).double()
    reference.load_state_dict(trainer.network.state_dict())
    batch = trainer.objective.draw(np.random.default_rng(4))
    returned = trainer.step(batch)
    vectors = reference(trainer.bank.gather(batch.clip_numbers).double())
    distance = ((vectors[:16] - vectors[16:]) ** 2).sum(1)
    loss = (distance[:8].sum() / 2 + (1 - distance[8:]).clamp(min=0).sum() / 2) / 16
    loss.backward()
    torch.testing.assert_close(returned[:-1].double(), distance.detach(), rtol=1e-3, atol=1e-5)
    squares = [parameter.grad.square().sum() for parameter in reference.parameters() if parameter.grad is not None]
    norm = torch.stack(squares).sum().sqrt()
    assert float(returned[-1]) == pytest.approx(float(norm), rel=1e-3)


def test_embedding_does_not_depend_on_the_batch_and_leaves_the_mode() -> None:
    trainer = make_trainer()
    trainer.network.train()
    alone, together = (
        embed_clips(trainer.network, trainer.bank, batch=batch, device=CPU, precision=torch.float32)
        for batch in (7, 48)
    )
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-6)
    assert alone.shape == (48, 4)
    assert trainer.network.training


@pytest.mark.parametrize("loss", ["supervised_contrastive", "prototypical", "margin_softmax"])
def test_every_objective_over_groups_learns_to_tell_singers_apart(loss: Loss) -> None:
    run = make_trainer(options=replace(OPTIONS, loss=loss, cross_song=1.0)).run()
    first, last = run.history[0], run.history[-1]
    assert last["loss"] < 0.7 * first["loss"]
    assert last["negative_distance"] > 3 * last["positive_distance"]
    assert run.validation[-1]["loss"] < 0.1
    assert {tuple(row) for row in run.history} == {COLUMNS}


def test_the_last_weights_are_kept_where_that_is_asked() -> None:
    trainer = make_trainer(replace(SETTINGS, keep="last", max_epochs=6, validate_every=2))
    trainer.trained.stopping.best = 1e-6
    kept = trainer.run().weights
    assert all(torch.equal(kept[name], value) for name, value in trainer.network.state_dict().items())


def test_one_cycle_reaches_adam() -> None:
    """Of ten steps the third has the peak, and the first a twenty-fifth of it."""
    trainer = make_trainer(replace(SETTINGS, schedule="one_cycle", max_epochs=5, steps_per_epoch=2))
    rates = []
    trainer.run(lambda _: rates.append([group["lr"] for group in trainer.optimiser.param_groups]))
    assert rates[0] == pytest.approx([3e-3 / 25] * 2)
    assert rates[2] == pytest.approx([3e-3] * 2)
    assert len(rates) == 10


def test_an_augmentation_sees_the_clips_their_voices_and_a_generator_of_its_own(trained: Trained) -> None:
    seen: list[tuple[tuple[int, ...], list[int]]] = []

    def look(clips: Tensor, voice: NDArray[np.int64], generator: np.random.Generator) -> Tensor:
        seen.append((tuple(clips.shape), voice.tolist()))
        generator.random(7)
        return clips

    assert make_trainer(augmentation=look).run().history == trained.history
    pulled, pushed = list(range(8)), list(range(8, 16))
    assert seen == [((32, 1, 16, 12), pulled + pushed + pulled + list(range(24, 32)))] * 60


def test_an_augmentation_is_what_the_network_is_trained_on(trained: Trained) -> None:
    def silence(clips: Tensor, _: NDArray[np.int64], __: np.random.Generator) -> Tensor:
        return torch.zeros_like(clips)

    trainer = make_trainer(replace(SETTINGS, max_epochs=1), augmentation=silence)
    for layer in residual(trainer).dense:
        if isinstance(layer, Dropout):
            layer.share = 0.0
    assert trainer.run().history[0]["negative_distance"] == pytest.approx(0, abs=1e-9)
    assert trained.history[0]["negative_distance"] > 1e-6


def test_the_average_is_validated_and_kept_and_leaves_the_training_alone() -> None:
    plain, averaged = make_trainer(), make_trainer(replace(SETTINGS, average=0.9, keep="last"))
    plain.run()
    averaged.run()
    assert averaged.trained.history == plain.trained.history
    assert averaged.trained.validation != plain.trained.validation
    assert averaged.average
    for name, value in averaged.average.tensors.items():
        assert torch.equal(averaged.trained.weights[name], value), name
