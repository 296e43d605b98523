"""The paper's residual network, the twin of the siamese architecture (paper 2.2, 2.3, 3.4 and figure 1)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.fast.convolutions import can_run_fast, fast_maps, sum_alone
from pipeline.nn.fast.layers import Layer, Layers
from pipeline.nn.fast.normalisation import Total
from pipeline.nn.networks.dropout import Dropout
from pipeline.nn.networks.embedder import Attention, Embedder

STEM_KERNEL = 10
GROUPED_KERNEL = 5
DENSE_LAYERS = 3


class Stem(nn.Module):
    """The first layer: (clips, 1, frames, bins) to (clips, channels, frames / 2, bins / 2).

    The convolution is `same`; an even kernel has no centre, and the smaller half of its padding comes before (4 before
    and 5 after for the paper's 10 x 10).

    Parameters
    ----------
    channels : int
        Output channels; 128 in the paper.
    kernel : int
        Extent over time and over frequency; 10 in the paper.
    """

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.convolution = nn.Conv2d(1, channels, kernel)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, clips: Tensor) -> Tensor:
        """Run the layer."""
        before, after = (self.kernel - 1) // 2, self.kernel // 2
        padded = functional.pad(clips, (before, after, before, after))
        return functional.max_pool2d(functional.relu(self.norm(self.convolution(padded))), 2)


class ResNeXtBlock(nn.Module):
    """A residual block with a bottleneck and a grouped convolution (paper 2.2, figure 1 right).

    1 x 1, grouped 5 x 5, 1 x 1; batch normalisation before every activation; the input is added before the last.

    Parameters
    ----------
    channels : int
        Channels in and out.
    bottleneck : int
        Channels inside.
    cardinality : int
        Groups ("tunnels") of the middle convolution.
    """

    def __init__(self, channels: int, bottleneck: int, cardinality: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, bottleneck, 1)
        self.reduce_norm = nn.BatchNorm2d(bottleneck)
        self.grouped = nn.Conv2d(
            bottleneck, bottleneck, GROUPED_KERNEL, padding=GROUPED_KERNEL // 2, groups=cardinality
        )
        self.grouped_norm = nn.BatchNorm2d(bottleneck)
        self.expand = nn.Conv2d(bottleneck, channels, 1)
        self.expand_norm = nn.BatchNorm2d(channels)

    def forward(self, maps: Tensor) -> Tensor:
        """Map (clips, channels, height, width) to the same shape."""
        inner = functional.relu(self.reduce_norm(self.reduce(maps)))
        inner = functional.relu(self.grouped_norm(self.grouped(inner)))
        return functional.relu(maps + self.expand_norm(self.expand(inner)))


class FeedForwardAttention(Attention):
    """A weighted average over time whose weights are learned (paper 2.3).

    ``sigma = softmax(tanh(X w + b))``; since tanh is bounded, no weight exceeds another by more than e^2.

    Parameters
    ----------
    width : int
        D, features of a time step.
    """

    source = "learned"

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, 1)

    def weights(self, steps: Tensor) -> Tensor:
        """Weigh each time step: (clips, N, D) to (clips, N), each row summing to one."""
        return torch.softmax(torch.tanh(self.score(steps)).squeeze(-1), dim=1)

    def forward(self, steps: Tensor) -> Tensor:
        """Average over time: (clips, N, D) to (clips, D)."""
        return torch.einsum("cn,cnd->cd", self.weights(steps), steps)


class StyleNetwork(Embedder):
    """The paper's network: (clips, 1, frames, bins) in dB to (clips, embedding).

    Parameters
    ----------
    frames, bins : int
        Shape of a clip; (256, 96) in the paper.
    attention : bool
        Average over time with learned weights; otherwise all time steps enter the first dense layer.
    channels, bottleneck, cardinality, hidden, embedding : int
        128, 64, 4, 1024 and 16 in the paper.
    dropout : float
        Share dropped after each hidden dense layer; 0.1 in the paper.
    normalise : bool, optional
        Project the embedding onto the unit sphere; not in the paper.
    """

    def __init__(
        self,
        *,
        frames: int,
        bins: int,
        attention: bool,
        channels: int,
        bottleneck: int,
        cardinality: int,
        hidden: int,
        dropout: float,
        embedding: int,
        normalise: bool = False,
    ) -> None:
        super().__init__()
        self.total: Total = sum_alone
        self.normalise = normalise
        self.stem = Stem(channels, STEM_KERNEL)
        self.block = ResNeXtBlock(channels, bottleneck, cardinality)
        steps, width = frames // 4, channels * (bins // 4)
        self.attention = FeedForwardAttention(width) if attention else None
        self.dense = _dense_layers(width if attention else steps * width, hidden, dropout)
        self.output = nn.Linear(hidden, embedding)

    def forward(self, clips: Tensor) -> Tensor:
        """Embed clips."""
        return self._embed(self.time_steps(clips))

    def plain(self, clips: Tensor) -> Tensor:
        """Embed clips by the layers as written in the paper, without the compiled kernels."""
        return self._embed(_steps(self.plain_maps(clips)))

    def time_steps(self, clips: Tensor) -> Tensor:
        """Run the convolutions: (clips, 1, frames, bins) to (clips, frames / 4, channels x bins / 4)."""
        fast = can_run_fast(clips, self.training)
        return _steps(fast_maps(clips, self._layers(), self.total) if fast else self.plain_maps(clips))

    def plain_maps(self, clips: Tensor) -> Tensor:
        """Run the convolutions as written in the paper: the reference for the fast ones, and the path on a GPU.

        Returns
        -------
        Tensor, shape (clips, channels, frames / 4, bins / 4)
        """
        return functional.max_pool2d(self.block(self.stem(clips)), 2)

    def _layers(self) -> Layers:
        stem, block = self.stem, self.block
        return Layers(
            Layer(stem.convolution, stem.norm),
            Layer(block.reduce, block.reduce_norm),
            Layer(block.grouped, block.grouped_norm),
            Layer(block.expand, block.expand_norm),
        )

    def _embed(self, steps: Tensor) -> Tensor:
        pooled = self.attention(steps) if self.attention else steps.flatten(1)
        vectors: Tensor = self.output(self.dense(pooled))
        return functional.normalize(vectors) if self.normalise else vectors


def _steps(maps: Tensor) -> Tensor:
    return maps.transpose(1, 2).flatten(2)


def _dense_layers(width: int, hidden: int, dropout: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for layer in range(DENSE_LAYERS):
        layers += [nn.Linear(width if layer == 0 else hidden, hidden), nn.ReLU(), Dropout(dropout)]
    return nn.Sequential(*layers)
