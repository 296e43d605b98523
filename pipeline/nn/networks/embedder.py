"""The interface of every network here: it embeds clips."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from torch import Tensor, nn


class Attention(nn.Module, ABC):
    """Weighs the time steps of clips.

    Attributes
    ----------
    source : str
        In a word, where the weights come from.
    """

    source: str

    @abstractmethod
    def weights(self, steps: Tensor) -> Tensor:
        """Weigh each time step: (clips, N, D) to (clips, N), each row summing to one."""


class Embedder(nn.Module, ABC):
    """Embeds clips: (clips, 1, frames, bins) in dB to (clips, embedding).

    Attributes
    ----------
    attention : Attention or None
        Weighs the time steps; None if nothing does, since each enters the next layer by itself.
    total : callable
        Sums numbers over the processes that share a batch.
    output : nn.Linear
        The last layer, before any normalisation.
    normalise : bool
        Whether embeddings are projected onto the unit sphere.
    """

    attention: Attention | None
    total: Callable[[Tensor], Tensor]
    output: nn.Linear
    normalise: bool

    @abstractmethod
    def time_steps(self, clips: Tensor) -> Tensor:
        """Compute the features of the time steps: (clips, 1, frames, bins) to (clips, N, D)."""

    @abstractmethod
    def plain(self, clips: Tensor) -> Tensor:
        """Embed clips by standard layers alone, for export to other programs."""

    def describe_attention(self) -> str:
        """Say in a word where the weights of the time steps come from: `Attention.source`, or ``none``."""
        return self.attention.source if self.attention else "none"

    def weight_tensors(self) -> list[nn.Parameter]:
        """List the kernels and the attention's w, to which L2 applies, but not biases and batch normalisation."""
        return [parameter for parameter in self.parameters() if parameter.dim() > 1]

    def count_parameters(self) -> int:
        """Count the learnable parameters."""
        return sum(parameter.numel() for parameter in self.parameters())
