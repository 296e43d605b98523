"""The state of a training between two steps, as tensors and plain values: what a checkpoint keeps.

The network (weights, running statistics), the objective's head, the optimiser (both moments and the step of every
parameter), the generators of clips, dropout and augmentation, the history, the validations, early stopping, and the
weights to keep so far.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from pipeline.nn.networks.dropout import Dropout
from pipeline.nn.objectives.loss import Row
from pipeline.nn.training.trainer import Trainer
from pipeline.storage.checkpoint import Checkpoint

NETWORK, HEAD, BEST, ADAM, DROPOUT, AVERAGE = "network.", "head.", "best.", "adam.", "dropout.", "average."
STOPPING = ("best", "best_epoch", "progress_epoch")


def capture(trainer: Trainer) -> Checkpoint:
    """Capture the state of a training between two steps.

    On a processor the tensors share their memory with the training: write them before the next step.
    """
    trainer.collect_history()
    trained = trainer.trained
    tensors = _prefixed(NETWORK, trainer.network.state_dict()) | _prefixed(BEST, trained.weights)
    tensors |= _prefixed(HEAD, trainer.objective.head.state_dict())
    if trainer.average:
        tensors |= _prefixed(AVERAGE, trainer.average.tensors)
    for name, parameter in _parameters(trainer):
        tensors |= _prefixed(f"{ADAM}{name}.", trainer.optimiser.state[parameter])
    for number, generator in enumerate(_dropout_generators(trainer.network)):
        tensors[f"{DROPOUT}{number}"] = generator.get_state()
    record: dict[str, Any] = {
        "epochs": trained.epochs,
        "stopping": {name: getattr(trained.stopping, name) for name in STOPPING},
        "clips": trainer.generator.bit_generator.state,
    }
    if trainer.augmentation:
        record["augmentation"] = trainer.augmentation_generator.bit_generator.state
    for name, rows in (("history", trained.history), ("validation", trained.validation)):
        tensors[name] = torch.tensor([list(row.values()) for row in rows], dtype=torch.float64)
        record[name] = list(rows[0]) if rows else []
    return Checkpoint(trainer.steps, {name: tensor.detach().cpu() for name, tensor in tensors.items()}, record)


def restore(trainer: Trainer, checkpoint: Checkpoint) -> None:
    """Bring a trainer, built like the captured one, into the captured state."""
    tensors, record, trained = checkpoint.tensors, checkpoint.record, trainer.trained
    trainer.network.load_state_dict(_under(NETWORK, tensors))
    trainer.objective.head.load_state_dict(_under(HEAD, tensors))
    if trainer.average:
        trainer.average.restore(_under(AVERAGE, tensors))
    for name, parameter in _parameters(trainer):
        moments = _under(f"{ADAM}{name}.", tensors)
        trainer.optimiser.state[parameter] = {key: _laid_out(value, parameter) for key, value in moments.items()}
    for number, generator in enumerate(_dropout_generators(trainer.network)):
        generator.set_state(tensors[f"{DROPOUT}{number}"])
    trainer.generator.bit_generator.state = record["clips"]
    if trainer.augmentation:
        trainer.augmentation_generator.bit_generator.state = record["augmentation"]
    trained.epochs = record["epochs"]
    trained.weights = {name: value.clone() for name, value in _under(BEST, tensors).items()}
    for name in STOPPING:
        setattr(trained.stopping, name, record["stopping"][name])
    trained.history[:] = _rows(record["history"], tensors["history"])
    trained.validation[:] = _rows(record["validation"], tensors["validation"])


def checkpoint_size(trainer: Trainer) -> int:
    """Estimate the bytes of a checkpoint's tensors: weights, two moments, weights to keep, and their average."""
    network, head = (
        sum(int(value.nbytes) for value in module.state_dict().values())
        for module in (trainer.network, trainer.objective.head)
    )
    return (5 if trainer.average else 4) * network + 3 * head


def _parameters(trainer: Trainer) -> Iterator[tuple[str, nn.Parameter]]:
    """List all trained parameters, by their names in a checkpoint."""
    yield from trainer.network.named_parameters(prefix=NETWORK.rstrip("."))
    yield from trainer.objective.head.named_parameters(prefix=HEAD.rstrip("."))


def _prefixed(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _laid_out(value: Tensor, parameter: nn.Parameter) -> Tensor:
    """Copy a moment into the memory layout of its parameter, as Adam keeps it: another layout may round differently.

    Adam's step count is a scalar.
    """
    if not value.dim():
        return value.to(parameter.device, copy=True)
    return torch.empty_like(parameter, requires_grad=False).copy_(value)


def _dropout_generators(network: nn.Module) -> Iterator[torch.Generator]:
    """List the generators that the dropout layers draw from, each once."""
    layers = [layer for layer in network.modules() if isinstance(layer, Dropout)]
    found = {id(layer.generator): layer.generator for layer in layers if layer.generator is not None}
    yield from found.values()


def _rows(columns: list[str], table: Tensor) -> list[Row]:
    return [{**dict(zip(columns, row, strict=True)), "step": int(row[0])} for row in table.tolist()]
