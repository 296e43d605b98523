import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pipeline.nn.objectives.settings import Loss
from pipeline.nn.training.state import capture, checkpoint_size, restore
from pipeline.nn.training.trained import Trained
from pipeline.nn.training.trainer import Trainer, TrainingSettings
from pipeline.storage.checkpoint import Checkpoint
from tests.nn.conftest import OPTIONS, make_trainer, residual

pytestmark = pytest.mark.slow

SHORT = TrainingSettings(
    learning_rate=3e-3,
    l2=1e-6,
    steps_per_epoch=2,
    max_epochs=8,
    validate_every=3,
    patience=1000,
    improvement=0.995,
)
LOSSES: list[Loss] = ["supervised_contrastive", "prototypical", "margin_softmax"]


class Stop(Exception):  # noqa: N818
    """Ends a training in the middle."""


def run_to(trainer: Trainer, step: int) -> Checkpoint:
    """Train up to a step; give the state as it would come back from a disk."""

    def after_step(_: Trainer) -> None:
        if trainer.steps == step:
            raise Stop

    with pytest.raises(Stop):
        trainer.run(after_step)
    taken = capture(trainer)
    copies = {name: tensor.clone().contiguous() for name, tensor in taken.tensors.items()}
    return Checkpoint(taken.step, copies, json.loads(json.dumps(taken.record)))


def assert_same(one: Trained, other: Trained) -> None:
    assert one.history == other.history
    assert one.validation == other.validation
    assert (one.epochs, one.stopping) == (other.epochs, other.stopping)
    assert one.weights.keys() == other.weights.keys()
    assert all(torch.equal(value, other.weights[name]) for name, value in one.weights.items())


@pytest.fixture(scope="module")
def uninterrupted() -> Trainer:
    trainer = make_trainer(SHORT)
    trainer.run()
    return trainer


@settings(max_examples=12)
@given(stops=st.sets(st.integers(1, 15), min_size=1, max_size=3))
def test_carrying_on_ends_where_an_uninterrupted_training_does(uninterrupted: Trainer, stops: set[int]) -> None:
    """Also within an epoch, before the first validation, and more than once."""
    trainer = make_trainer(SHORT)
    for step in sorted(stops):
        state = run_to(trainer, step)
        trainer = make_trainer(SHORT)
        restore(trainer, state)
        assert trainer.steps == step
    assert_same(trainer.run(), uninterrupted.trained)
    for name, value in trainer.network.state_dict().items():
        assert torch.equal(value, uninterrupted.network.state_dict()[name]), name


@pytest.mark.parametrize(
    "forget",
    [
        "network.output.weight",
        "adam.network.output.weight.exp_avg",
        "adam.network.output.weight.step",
        "dropout.0",
        "clips",
    ],
)
def test_every_part_of_the_state_counts(uninterrupted: Trainer, forget: str) -> None:
    """Without any one of them the training would end elsewhere."""
    state = run_to(make_trainer(SHORT), 7)
    fresh = capture(make_trainer(SHORT))
    if forget in state.record:
        state.record[forget] = fresh.record[forget]
    else:
        state.tensors[forget] = fresh.tensors.get(forget, torch.zeros_like(state.tensors[forget]))
    trainer = make_trainer(SHORT)
    restore(trainer, state)
    assert trainer.run().history != uninterrupted.trained.history


def shake(clips: Tensor, voice: np.ndarray, generator: np.random.Generator) -> Tensor:
    """Raise each voice by so many decibels of its own."""
    return clips + torch.from_numpy(generator.uniform(0, 20, int(voice.max()) + 1)).float()[voice][:, None, None, None]


@pytest.mark.parametrize("loss", LOSSES)
def test_an_objective_over_groups_carries_on_to_the_same_bytes(loss: Loss) -> None:
    """With all that has a state of its own: what is trained beside the network, augmentation, learning rate."""
    settings, options = replace(SHORT, schedule="one_cycle", keep="last"), replace(OPTIONS, loss=loss)
    whole = make_trainer(settings, options=options, augmentation=shake)
    whole.run()
    state = run_to(make_trainer(settings, options=options, augmentation=shake), 7)
    resumed = make_trainer(settings, options=options, augmentation=shake)
    restore(resumed, state)
    assert_same(resumed.run(), whole.trained)
    for name, value in resumed.objective.head.state_dict().items():
        assert torch.equal(value, whole.objective.head.state_dict()[name]), name


@pytest.mark.parametrize(
    ("loss", "forget"),
    [
        ("supervised_contrastive", "augmentation"),
        ("prototypical", "head.scale"),
        ("margin_softmax", "head.classes"),
        ("margin_softmax", "adam.head.classes.exp_avg"),
    ],
)
def test_every_part_of_the_state_of_a_group_counts(loss: Loss, forget: str) -> None:
    def make() -> Trainer:
        return make_trainer(SHORT, options=replace(OPTIONS, loss=loss), augmentation=shake)

    state, fresh = run_to(make(), 7), capture(make())
    if forget in state.record:
        state.record[forget] = fresh.record[forget]
    else:
        state.tensors[forget] = fresh.tensors.get(forget, torch.zeros_like(state.tensors[forget]))
    trainer = make()
    restore(trainer, state)
    assert trainer.run().history != make().run().history


def test_an_average_carries_on_to_the_same_bytes() -> None:
    settings = replace(SHORT, average=0.9)
    whole = make_trainer(settings)
    whole.run()
    resumed = make_trainer(settings)
    restore(resumed, run_to(make_trainer(settings), 7))
    assert_same(resumed.run(), whole.trained)


def test_the_average_in_a_checkpoint_counts() -> None:
    settings = replace(SHORT, average=0.9)
    state = run_to(make_trainer(settings), 7)
    for name in [name for name in state.tensors if name.startswith("average.")]:
        state.tensors[name] = torch.zeros_like(state.tensors[name])
    resumed, whole = make_trainer(settings), make_trainer(settings)
    restore(resumed, state)
    assert resumed.run().validation != whole.run().validation


def test_without_augmentation_a_checkpoint_says_nothing_of_it() -> None:
    assert "augmentation" not in capture(make_trainer(SHORT)).record
    assert "augmentation" in capture(make_trainer(SHORT, augmentation=shake)).record


def test_moments_lie_in_memory_as_adam_lays_them() -> None:
    trainer = make_trainer(SHORT)
    state = run_to(trainer, 2)
    resumed = make_trainer(SHORT)
    restore(resumed, state)
    grouped: Callable[[Trainer], dict[str, Tensor]] = lambda owner: owner.optimiser.state[  # noqa: E731
        residual(owner).block.grouped.weight
    ]
    assert not grouped(trainer)["exp_avg"].is_contiguous()
    for name in ("exp_avg", "exp_avg_sq"):
        assert grouped(resumed)[name].stride() == grouped(trainer)[name].stride()
    assert grouped(resumed).keys() == grouped(trainer).keys()


def test_the_state_is_plain_and_its_size_foreseen(uninterrupted: Trainer) -> None:
    taken = capture(uninterrupted)
    assert json.loads(json.dumps(taken.record)) == taken.record
    held = sum(t.nbytes for name, t in taken.tensors.items() if name not in ("history", "validation", "dropout.0"))
    assert checkpoint_size(uninterrupted) == pytest.approx(held, rel=0.1)
