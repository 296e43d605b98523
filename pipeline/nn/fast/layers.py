"""What the fast passes use of the plain layers: parameters, and kernels in the precision of the arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Layer:
    """A convolution and the batch normalisation after it."""

    convolution: nn.Conv2d
    norm: nn.BatchNorm2d

    def bias(self) -> Tensor | None:
        """Return the convolution's bias; normalisation removes it, so it affects the running means alone."""
        return None if self.convolution.bias is None else self.convolution.bias.detach()


@dataclass(frozen=True)
class Layers:
    """The first layer and those of the block (paper 3.4, figure 1)."""

    stem: Layer
    reduce: Layer
    grouped: Layer
    expand: Layer

    def parameters(self) -> Iterator[Tensor]:
        """List the trained parameters, layer by layer: kernel, gamma and beta."""
        for layer in (self.stem, self.reduce, self.grouped, self.expand):
            yield from (layer.convolution.weight, layer.norm.weight, layer.norm.bias)


@dataclass(frozen=True)
class BlockKernels:
    """The block's kernels in the precision of the arithmetic.

    Attributes
    ----------
    reduce : Tensor, shape (channels, bottleneck)
    grouped : Tensor, shape (bottleneck, bottleneck / groups, k, k)
    expand : Tensor, shape (bottleneck, channels)
    groups : int
    """

    reduce: Tensor
    grouped: Tensor
    expand: Tensor
    groups: int

    @classmethod
    def of(cls, layers: Layers, dtype: torch.dtype) -> "BlockKernels":
        """Convert the kernels of the layers."""
        return cls(
            _matrix(layers.reduce.convolution, dtype),
            layers.grouped.convolution.weight.detach().to(dtype, memory_format=torch.channels_last),
            _matrix(layers.expand.convolution, dtype),
            layers.grouped.convolution.groups,
        )

    def convolve(self, rows: Tensor, height: int, width: int) -> Tensor:
        """Run the grouped convolution on one clip: (positions, bottleneck) to the same."""
        padding = self.grouped.shape[-1] // 2
        maps = _as_maps(rows, height, width)
        return _as_rows(functional.conv2d(maps, self.grouped, padding=padding, groups=self.groups))

    def convolve_back(self, gradient: Tensor, rows: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Compute the gradients of the grouped convolution's input, as rows, and of its kernel."""
        padding = self.grouped.shape[-1] // 2
        d_maps, d_kernel, _ = torch.ops.aten.convolution_backward(
            _as_maps(gradient, height, width),
            _as_maps(rows, height, width),
            self.grouped,
            None,
            [1, 1],
            [padding, padding],
            [1, 1],
            False,
            [0, 0],
            self.groups,
            [True, True, False],
        )
        return _as_rows(d_maps), d_kernel


def _matrix(convolution: nn.Conv2d, dtype: torch.dtype) -> Tensor:
    return convolution.weight.detach().flatten(1).T.to(dtype).contiguous()


def _as_maps(rows: Tensor, height: int, width: int) -> Tensor:
    """View one clip's rows, (positions, channels), as channels-last maps, (1, channels, height, width)."""
    return rows.view(1, height, width, -1).permute(0, 3, 1, 2)


def _as_rows(maps: Tensor) -> Tensor:
    return maps[0].permute(1, 2, 0).flatten(0, 1).contiguous()
