"""Networks by their shape: the kinds there are, and how one is made for training."""

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from pipeline.nn.dropout import seed_dropout
from pipeline.nn.embedder import Embedder
from pipeline.nn.network import StyleNetwork
from pipeline.nn.statistics_network import StatisticsNetwork

KINDS: dict[str, type[Embedder]] = {"residual": StyleNetwork, "statistics": StatisticsNetwork}
"""What ``network.kind`` may be: the paper's, and the light one for voices never heard."""


def make_network(shape: dict[str, Any]) -> Embedder:
    """Make a network with weights of no meaning.

    Parameters
    ----------
    shape : dict
        ``kind`` (without it, the paper's) and the keyword arguments of that kind.

    Raises
    ------
    ValueError, TypeError
        There is no such kind, or its arguments are others.
    """
    arguments = dict(shape)
    kind = arguments.pop("kind", "residual")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of network; there are {', '.join(KINDS)}")
    return KINDS[kind](**arguments)


def seeded_network(shape: dict[str, Any], seed: np.random.SeedSequence, device: torch.device) -> Embedder:
    """Make a network for training: weights and dropout drawn from one seed, laid out for the device.

    Parameters
    ----------
    shape : dict
        As of `make_network`.
    seed : numpy.random.SeedSequence
        Source of the weights and of dropout's masks.
    device : torch.device
        Where the network will run.
    """
    weights, dropout = (int(word >> np.uint64(1)) for word in seed.generate_state(2, np.uint64))
    network = make_network(shape)
    _initialise(network, torch.Generator().manual_seed(weights))
    if isinstance(network, StatisticsNetwork):
        network.start_as_cepstra()
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    seed_dropout(network, torch.Generator(device).manual_seed(dropout))
    return network


def _initialise(network: nn.Module, generator: torch.Generator) -> None:
    """Draw kernels and biases uniformly within 1 / sqrt(fan in), which is PyTorch's own rule."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            if layer.bias is not None:
                nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
