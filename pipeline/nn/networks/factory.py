"""Networks by their shape: the kinds, building one for training, and keeping one on disk."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipeline.errors import BadInputError
from pipeline.nn.networks.dropout import seed_dropout
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.movement_network import MovementNetwork
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.networks.statistics_network import StatisticsNetwork
from pipeline.runtime.metrics import write_json

WEIGHTS = "style.safetensors"
CONFIGURATION = "style.json"
NETWORK_SEED = 1
# What ``network.kind`` may be: the paper's, the light one for unseen singers, or that one with an ear for movement.
KINDS: dict[str, type[Embedder]] = {
    "residual": StyleNetwork,
    "statistics": StatisticsNetwork,
    "movement": MovementNetwork,
}


def make_network(shape: dict[str, Any]) -> Embedder:
    """Build a network with arbitrary weights.

    Parameters
    ----------
    shape : dict
        ``kind`` (without it, the paper's) and the keyword arguments of that kind.

    Raises
    ------
    ValueError, TypeError
        There is no such kind, or the arguments do not fit it.
    """
    arguments = dict(shape)
    kind = arguments.pop("kind", "residual")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of network; choose from {', '.join(KINDS)}")
    return KINDS[kind](**arguments)


def seeded_network(shape: dict[str, Any], seed: np.random.SeedSequence, device: torch.device) -> Embedder:
    """Build a network for training: weights and dropout seeded, laid out for the device.

    Parameters
    ----------
    shape : dict
        As for `make_network`.
    seed : numpy.random.SeedSequence
        Source of the weights and of the dropout masks.
    device : torch.device
        Where the network will run.
    """
    weights, dropout = (int(word >> np.uint64(1)) for word in seed.generate_state(2, np.uint64))
    network = make_network(shape)
    _initialise(network, torch.Generator().manual_seed(weights))
    if isinstance(network, StatisticsNetwork):
        network.start()
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    seed_dropout(network, torch.Generator(device).manual_seed(dropout))
    return network


def fresh_network(shape: dict[str, Any], seed: int, device: torch.device) -> Embedder:
    """Make the network with which a training of that seed begins; see `seeded_network`."""
    return seeded_network(shape, np.random.SeedSequence([seed, NETWORK_SEED]), device)


def save_model(folder: Path, weights: dict[str, Tensor], configuration: dict[str, Any]) -> None:
    """Write weights and configuration.

    Parameters
    ----------
    folder : Path
        An existing folder.
    weights : dict
        The network's state, on the processor.
    configuration : dict
        Contains ``network``, the shape for `make_network`, and whatever else describes the model's input.
    """
    save_file(weights, folder / WEIGHTS)
    write_json(folder / CONFIGURATION, configuration)


def load_model(folder: Path) -> tuple[Embedder, dict[str, Any]]:
    """Read a network in evaluation mode, and its configuration.

    Raises
    ------
    BadInputError
        A file is missing or damaged, or the weights do not fit the configuration.
    """
    try:
        configuration = json.loads((folder / CONFIGURATION).read_text())
        if not isinstance(configuration["feature"], str):
            raise ValueError(f"its feature is {configuration['feature']!r}")
        network = assemble(configuration["network"], load_file(folder / WEIGHTS))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise BadInputError(f"{folder}: not a whole model ({reason}); run `dvc repro train`") from fault
    return network, configuration


def assemble(shape: dict[str, Any], weights: dict[str, Tensor]) -> Embedder:
    """Build a network from existing weights, without allocating memory for what `shape` merely claims.

    Parameters
    ----------
    shape : dict
        As for `make_network`.
    weights : dict
        The network's state; used, not copied.

    Returns
    -------
    Embedder
        In evaluation mode.

    Raises
    ------
    RuntimeError, TypeError, ValueError, KeyError
        The weights do not fit such a network.
    """
    with torch.device("meta"):
        network = make_network(shape)
    other = [name for name, value in network.state_dict().items() if weights[name].dtype != value.dtype]
    if other:
        raise ValueError(f"{other[0]} is {weights[other[0]].dtype}")
    network.load_state_dict(weights, assign=True)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.eval()


def _initialise(network: nn.Module, generator: torch.Generator) -> None:
    """Draw kernels and biases uniformly within 1 / sqrt(fan in), which is PyTorch's default."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            if layer.bias is not None:
                nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
