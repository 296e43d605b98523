"""A trained network on disk: weights in safetensors, and beside them what is needed to use them."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipeline.errors import BadInputError
from pipeline.nn.embedder import Embedder
from pipeline.nn.making import make_network
from pipeline.runtime.metrics import write_json

WEIGHTS = "style.safetensors"
CONFIGURATION = "style.json"


def save_model(folder: Path, weights: dict[str, Tensor], configuration: dict[str, Any]) -> None:
    """Write weights and configuration.

    Parameters
    ----------
    folder : Path
        An existing folder.
    weights : dict
        The network's state, on the processor.
    configuration : dict
        Has ``network``, what `make_network` takes, and whatever else describes the model's input.
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
    """Make a network of weights that are there: no memory is taken for what `shape` merely claims.

    Parameters
    ----------
    shape : dict
        As of `pipeline.nn.making.make_network`.
    weights : dict
        The network's state; used, not copied.

    Returns
    -------
    Embedder
        In evaluation mode.

    Raises
    ------
    RuntimeError, TypeError, ValueError, KeyError
        The weights are not those of such a network.
    """
    with torch.device("meta"):
        network = make_network(shape)
    other = [name for name, value in network.state_dict().items() if weights[name].dtype != value.dtype]
    if other:
        raise ValueError(f"{other[0]} is {weights[other[0]].dtype}")
    network.load_state_dict(weights, assign=True)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.eval()
