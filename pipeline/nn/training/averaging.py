"""An exponential average of a network's weights over the steps: one draw of batches moves it less than the weights.

Not in the paper. The average of the last hundred steps or so lies nearer to the middle of the valley in which the
weights wander (Polyak and Juditsky 1992; Izmailov et al. 2018).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from pipeline.nn.networks.embedder import Embedder

# The average forgets its beginning, weights that were drawn at random: at step n the decay is at most n / (n + 10).
WARM_UP = 10


class WeightAverage:
    """Averages all floating-point state of a network, running statistics of batch normalisation included.

    Parameters
    ----------
    network : Embedder
    decay : float
        Share of the average that stays at each step, 0 to 1: 0.99 remembers about a hundred steps.

    Attributes
    ----------
    tensors : dict of str to Tensor
        The average, by the names of the network's state.
    """

    def __init__(self, network: Embedder, decay: float) -> None:
        self._network, self._decay = network, decay
        self.tensors = {name: value.clone() for name, value in self._state().items()}

    def update(self, step: int) -> None:
        """Update the average with the network's state after a step, counted from 1."""
        kept = min(self._decay, step / (step + WARM_UP))
        state = self._state()
        with torch.no_grad():
            torch._foreach_lerp_(list(self.tensors.values()), [state[name] for name in self.tensors], 1 - kept)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Load the average into the network inside the context, and restore its own state afterwards."""
        own = {name: value.clone() for name, value in self._state().items()}
        self._fill(self.tensors)
        try:
            yield
        finally:
            self._fill(own)

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Restore the average of a checkpoint."""
        with torch.no_grad():
            for name, value in self.tensors.items():
                value.copy_(tensors[name])

    def _fill(self, tensors: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, value in self._state().items():
                value.copy_(tensors[name])

    def _state(self) -> dict[str, Tensor]:
        return {name: value for name, value in self._network.state_dict().items() if value.is_floating_point()}
