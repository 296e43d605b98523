"""Dropout that draws its masks from a generator of its own."""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Zeroes a share of the units while training and scales up the rest, drawing from `generator`.

    ``torch.nn.Dropout`` draws from the global generator, which any library may advance.

    Parameters
    ----------
    share : float
        Share of units set to zero, 0 to below 1.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.generator: torch.Generator | None = None

    def forward(self, units: Tensor) -> Tensor:
        """Return units of the same shape, masked while training."""
        if not self.training or self.share == 0:
            return units
        if self.generator is None:
            raise RuntimeError("a network in training mode needs seed_dropout() first")
        kept = torch.rand(units.shape, generator=self.generator, device=units.device) >= self.share
        return units * kept / (1 - self.share)


def seed_dropout(network: nn.Module, generator: torch.Generator) -> None:
    """Make every dropout layer of a network draw from one generator, on the device where the network runs."""
    for layer in network.modules():
        if isinstance(layer, Dropout):
            layer.generator = generator


def diverge_dropout(network: nn.Module, number: int) -> None:
    """Draw different masks from a process whose generator is in the same state: `number` is that of the process."""
    for layer in network.modules():
        if isinstance(layer, Dropout) and layer.generator is not None:
            drawn = torch.randint(2**62, (), generator=layer.generator, device=layer.generator.device)
            seed_dropout(network, torch.Generator(layer.generator.device).manual_seed(int(drawn) + number))
            return
