"""Whether a device computes what the processor does: vectors, gradients, a few steps of training, embedding."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.memory import noise_trainer
from benchmarks.row import Row
from benchmarks.training import PlainNetwork
from pipeline.nn.device import autocast
from pipeline.nn.embedding import embed_clips
from pipeline.nn.training.trainer import Trainer

CPU = torch.device("cpu")
STEPS = 5
# Greatest length of a difference as a share of the length of what it should be: a few times what the plain layers
# differ from the fast ones on a processor. Gradients differ more than vectors, since an activation near zero and two
# equals of which one is the greatest fall either way. Adam makes small steps as long as large ones: after five, the
# distances by the paper's network are a tenth apart in float32, so that this check finds only gross faults.
TOLERANCES = {
    torch.float32: {"vectors": 1e-3, "gradients": 2e-2, f"distances over {STEPS} steps": 3e-1, "embedding": 1e-4},
    torch.bfloat16: {"vectors": 5e-2, "gradients": 5e-1, f"distances over {STEPS} steps": 6e-1, "embedding": 5e-2},
}


def check(device: torch.device, precision: torch.dtype, changes: Mapping[str, Any]) -> list[Row]:
    """Compare a device with the processor, which computes in float32.

    On a processor the layers are those that a GPU uses, and are compared with the fast ones.

    Parameters
    ----------
    device, precision
        What to check.
    changes : mapping of str to any
        What is different about the network's shape; dropout, whose masks are the device's own, is none.
    """
    ours, reference = (
        noise_trainer(attention=True, steps=STEPS, device=where, precision=how, changes={**changes, "dropout": 0.0})
        for where, how in ((device, precision), (CPU, torch.float32))
    )
    if device == CPU:
        ours.network.__class__ = PlainNetwork
    found = [_difference(one, other) for one, other in zip(_numbers(ours), _numbers(reference), strict=True)]
    # both embed with the same weights
    ours.network.load_state_dict(reference.network.state_dict())
    found.append(_difference(_embed(ours), _embed(reference)))
    name = str(precision).removeprefix("torch.")
    return [
        Row.of(f"{what}, {name}", "the processor, float32", "of their length apart", [apart]).should(be_at_most=most)
        for (what, most), apart in zip(TOLERANCES[precision].items(), found, strict=True)
    ]


def _numbers(trainer: Trainer) -> tuple[Tensor, Tensor, Tensor]:
    """Compute a batch's vectors, the gradients of its loss, and the distances of the pairs in a few steps."""
    batch = trainer.objective.draw(np.random.default_rng(0))
    trainer.network.train()
    with autocast(trainer.device, trainer.precision):
        vectors = trainer.network(trainer.bank.gather(batch.clip_numbers)).float()
    trainer.objective.loss(vectors, batch)[0].backward()
    # a bias before normalisation has no gradient but rounding, and none at all in the fast layers
    weights = [weight.grad.flatten() for weight in trainer.network.weight_tensors() if weight.grad is not None]
    draws = np.random.default_rng(1)
    steps = [trainer.step(trainer.objective.draw(draws))[:-1] for _ in range(STEPS)]
    return vectors.detach(), torch.cat(weights), torch.cat(steps)


def _embed(trainer: Trainer) -> Tensor:
    vectors = embed_clips(trainer.network, trainer.bank, batch=16, device=trainer.device, precision=trainer.precision)
    return torch.from_numpy(vectors)


def _difference(one: Tensor, other: Tensor) -> float:
    one, other = one.cpu().double(), other.cpu().double()
    return float((one - other).norm() / other.norm())
