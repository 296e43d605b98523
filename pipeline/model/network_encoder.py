"""Any of the networks as an encoder, in PyTorch and on a GPU if there is one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.model.encoder import Encoder, Weights
from pipeline.nn.device import choose_device
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import assemble


class NetworkEncoder(Encoder):
    """Runs a network.

    Parameters
    ----------
    network : Embedder
        In evaluation mode.
    """

    def __init__(self, network: Embedder) -> None:
        self.network = network

    @property
    def weights(self) -> Weights:
        """The network's state."""
        return weights_of(self.network)

    def embed(self, clips: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Embed clips: (clips, frames, bins) in dB to (clips, embedding)."""
        with torch.inference_mode():
            vectors: NDArray[np.float32] = self.network(self._batch(clips)).cpu().numpy()
        return vectors

    def attend(self, clips: NDArray[np.floating[Any]]) -> NDArray[np.float32] | None:
        """Return the weight of each time step of clips as a multiple of the average; None without attention."""
        if self.network.attention is None:
            return None
        with torch.inference_mode():
            steps = self.network.time_steps(self._batch(clips))
            weights: NDArray[np.float32] = (self.network.attention.weights(steps) * steps.shape[1]).cpu().numpy()
        return weights

    def _batch(self, clips: NDArray[np.floating[Any]]) -> Tensor:
        device = next(self.network.parameters()).device
        return torch.from_numpy(clips).to(device).float().unsqueeze(1)


def assemble_network(shape: Mapping[str, Any], weights: Weights) -> Embedder:
    """Build the network of a model file, on the device that it runs on.

    Parameters
    ----------
    shape : mapping
        As of `pipeline.nn.networks.factory.make_network`.
    weights : mapping of str to ndarray

    Raises
    ------
    RuntimeError, TypeError, ValueError, KeyError
        The weights do not fit such a network.
    """
    tensors = {name: torch.tensor(value) for name, value in weights.items()}
    return assemble(dict(shape), tensors).to(choose_device())


def weights_of(network: Embedder) -> dict[str, NDArray[np.generic]]:
    """Return a network's state as a model file holds it."""
    return {name: value.detach().cpu().contiguous().numpy() for name, value in network.state_dict().items()}
