"""First layer, block and pooling while training: forward and backward, clip by clip.

Batch normalisation needs sums over the whole batch, so a pass over the clips ends where the next layer needs them. Maps
at half resolution and the places of the maxima are kept for the gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from pipeline.nn.fast import kernels
from pipeline.nn.fast.bfloat16 import arithmetic
from pipeline.nn.fast.layers import BlockKernels, Layer, Layers
from pipeline.nn.fast.normalisation import (
    Affine,
    BatchStatistics,
    NormGradient,
    Total,
    parameter_gradients,
    statistics_of,
    whole_count,
)
from pipeline.nn.fast.patches import PatchRows
from pipeline.nn.fast.stem_algebra import PatchStatistics, folded_kernels, stem_gradients
from pipeline.nn.fast.workers import side_by_side

Result = TypeVar("Result")


class TrainedMaps(torch.autograd.Function):
    """From patches to (clips, channels, frames / 4, bins / 4); the gradients are those of `Layers.parameters`."""

    @staticmethod
    def forward(
        context: Any, layers: Layers, patches: PatchRows, stem: PatchStatistics, total: Total, *parameters: Tensor
    ) -> Tensor:
        """Run the layers and keep what the gradient needs."""
        passes = BatchPass(layers, patches, stem, total)
        context.passes = passes
        context.save_for_backward(*parameters)
        return passes.forward().permute(0, 3, 1, 2)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Run them backwards."""
        parameters = context.saved_tensors  # raises when one was changed since
        found = context.passes.backward(gradients[0].permute(0, 2, 3, 1).contiguous())
        return (
            None,
            None,
            None,
            None,
            *(one.view_as(to).to(to.dtype) for one, to in zip(found, parameters, strict=True)),
        )


@dataclass(frozen=True)
class Normalisation:
    """The normalisation of one of the block's maps, in this batch."""

    gamma: Tensor
    statistics: BatchStatistics
    coefficients: tuple[Tensor, Tensor]


class BatchPass:
    """The passes of a batch, or this process's share of one, through the layers; maps: (clips, positions, channels).

    Parameters
    ----------
    layers : Layers
    patches : PatchRows
        In the precision of the arithmetic.
    stem : PatchStatistics
        Statistics of the whole batch.
    total : callable
        Sums over the processes that share the batch.
    """

    def __init__(self, layers: Layers, patches: PatchRows, stem: PatchStatistics, total: Total) -> None:
        self.layers, self.patches, self.stem, self.total = layers, patches, stem, total
        self.dtype, self.width = patches.laid_out.dtype, patches.width
        self.precise = arithmetic(self.dtype)
        self.block = BlockKernels.of(layers, self.dtype)
        channels, bottleneck = self.block.reduce.shape
        positions, cells = (patches.height * patches.width,), (patches.height // 2, patches.width // 2)
        self.pooled, self.places = self._maps(positions, channels), self._maps(positions, channels, torch.uint8)
        self.reduced, self.grouped = self._maps(positions, bottleneck), self._maps(positions, bottleneck)
        self.expanded = self._maps(positions, channels)
        self.output, self.output_places = self._maps(cells, channels), self._maps(cells, channels, torch.uint8)

    def forward(self) -> Tensor:
        """Return (clips, frames / 4, bins / 4, channels)."""
        norm = self.layers.stem.norm
        affine = self.stem.output.affine(norm.weight.detach(), norm.bias.detach())
        self.folded = folded_kernels(self.layers.stem.convolution.weight.detach(), affine).to(self.dtype)
        self.stem_offset = affine.offset.to(self.precise)
        self.reduce_norm = self._normalise(self.layers.reduce, self._pool_stem_and_reduce)
        self.grouped_norm = self._normalise(self.layers.grouped, self._convolve)
        self.expand_norm = self._normalise(self.layers.expand, self._expand)
        self._each(self._add_and_pool)
        return self.output

    def backward(self, gradient: Tensor) -> list[Tensor]:
        """Propagate the gradient of `forward`'s output, of the same shape, to those of `Layers.parameters`."""
        self.masked, self.through = torch.empty_like(gradient), torch.empty_like(self.reduced)
        (expand,) = self._totals(lambda clip: self._mask_output(clip, gradient))
        into_expand = self._norm_gradient(self.expand_norm, expand)
        d_expand, grouped = self._totals(lambda clip: self._expand_back(clip, into_expand))
        into_grouped = self._norm_gradient(self.grouped_norm, grouped)
        d_grouped, reduce = self._totals(lambda clip: self._convolve_back(clip, into_grouped))
        into_reduce = self._norm_gradient(self.reduce_norm, reduce)
        d_reduce, correlation, stem = self._totals(lambda clip: self._reduce_and_stem_back(clip, into_reduce))
        layer = self.layers.stem
        d_stem, d_gamma = stem_gradients(
            correlation, stem[0], layer.convolution.weight.detach(), layer.norm.weight.detach(), self.stem
        )
        found = [d_stem, d_gamma, stem[0]]
        for d_kernel, sums, norm in (
            (d_reduce.T, reduce, self.reduce_norm),
            (d_grouped, grouped, self.grouped_norm),
            (d_expand.T, expand, self.expand_norm),
        ):
            found += [d_kernel, *parameter_gradients(sums, norm.statistics)]
        return found

    def _pool_stem_and_reduce(self, clip: int) -> tuple[Tensor, ...]:
        outputs = (self.patches.matrix(clip) @ self.folded).view(-1, 4, self.pooled.shape[-1])
        pooled, places = self.pooled[clip], self.places[clip]
        kernels.pool_outputs(outputs, self.stem_offset, pooled, places)
        torch.mm(pooled, self.block.reduce, out=self.reduced[clip])
        return (self._moments(self.reduced[clip]),)

    def _convolve(self, clip: int) -> tuple[Tensor, ...]:
        activated = self._activate(self.reduced[clip], self.reduce_norm)
        self.grouped[clip] = self.block.convolve(activated, self.patches.height, self.width)
        return (self._moments(self.grouped[clip]),)

    def _expand(self, clip: int) -> tuple[Tensor, ...]:
        torch.mm(self._activate(self.grouped[clip], self.grouped_norm), self.block.expand, out=self.expanded[clip])
        return (self._moments(self.expanded[clip]),)

    def _add_and_pool(self, clip: int) -> None:
        coefficients = self.expand_norm.coefficients
        cells = (self.output[clip], self.output_places[clip])
        kernels.add_and_pool(self.pooled[clip], self.expanded[clip], *coefficients, self.width, *cells)

    def _mask_output(self, clip: int, gradient: Tensor) -> tuple[Tensor, ...]:
        cells = (gradient[clip], self.output[clip], self.output_places[clip])
        block, sums = self._sums(gradient.shape[-1])
        kernels.mask_pooled(*cells, self.expanded[clip], self.width, self.masked[clip], block, sums)
        return (sums,)

    def _expand_back(self, clip: int, norm: NormGradient) -> tuple[Tensor, ...]:
        gradient = torch.empty_like(self.expanded[clip])
        maps = (self.masked[clip], self.output_places[clip], self.expanded[clip])
        kernels.inner_gradient(*maps, self.width, *self._back(norm), gradient)
        d_kernel = self._activate(self.grouped[clip], self.grouped_norm).T @ gradient
        torch.mm(gradient, self.block.expand.T, out=self.through[clip])
        return d_kernel, self._mask(clip, self.grouped, self.grouped_norm)

    def _convolve_back(self, clip: int, norm: NormGradient) -> tuple[Tensor, ...]:
        through = self.through[clip]
        kernels.unnormalise(through, self.grouped[clip], *self._back(norm))
        activated = self._activate(self.reduced[clip], self.reduce_norm)
        d_activated, d_kernel = self.block.convolve_back(through, activated, self.patches.height, self.width)
        through.copy_(d_activated)
        return d_kernel, self._mask(clip, self.reduced, self.reduce_norm)

    def _reduce_and_stem_back(self, clip: int, norm: NormGradient) -> tuple[Tensor, ...]:
        through, pooled = self.through[clip], self.pooled[clip]
        kernels.unnormalise(through, self.reduced[clip], *self._back(norm))
        d_kernel = pooled.T @ through
        positions, channels = pooled.shape
        spread = pooled.new_empty(positions, 4, channels)
        block, sums = self._sums(channels)
        maps = (through @ self.block.reduce.T, self.masked[clip], self.output_places[clip], pooled, self.places[clip])
        kernels.spread_gradient(*maps, self.width, spread, block, sums)
        return d_kernel, spread.view(positions, -1).T @ self.patches.matrix(clip), sums

    def _each(self, work: Callable[[int], Result]) -> list[Result]:
        return side_by_side(work, self.patches.clips)

    def _totals(self, work: Callable[[int], tuple[Tensor, ...]]) -> list[Tensor]:
        """Sum the results of the work over all clips, in float64 and in the order of the clips."""
        return [torch.stack(parts).sum(0, dtype=torch.float64) for parts in zip(*self._each(work), strict=True)]

    def _maps(self, places: tuple[int, ...], channels: int, dtype: torch.dtype | None = None) -> Tensor:
        return torch.empty((self.patches.clips, *places, channels), dtype=dtype or self.dtype)

    def _sums(self, channels: int) -> tuple[Tensor, Tensor]:
        return torch.empty(3, channels, dtype=self.precise), torch.zeros(2, channels, dtype=torch.float64)

    def _moments(self, maps: Tensor) -> Tensor:
        block, sums = self._sums(maps.shape[-1])
        kernels.add_moments(maps, block, sums)
        return sums

    def _normalise(self, layer: Layer, work: Callable[[int], tuple[Tensor, ...]]) -> Normalisation:
        """Run the work that computes the layer's maps, and derive their normalisation."""
        (sums,) = self._totals(work)
        count = whole_count(self.reduced.shape[0] * self.reduced.shape[1], self.total)
        statistics = statistics_of(self.total(sums), count, layer.norm, layer.bias())
        gamma = layer.norm.weight.detach()
        return Normalisation(gamma, statistics, self._coefficients(statistics.affine(gamma, layer.norm.bias.detach())))

    def _coefficients(self, affine: Affine) -> tuple[Tensor, Tensor]:
        return affine.factor.to(self.precise), affine.offset.to(self.precise)

    def _activate(self, maps: Tensor, norm: Normalisation) -> Tensor:
        activated = torch.empty_like(maps)
        kernels.activate(maps, *norm.coefficients, activated)
        return activated

    def _mask(self, clip: int, maps: Tensor, norm: Normalisation) -> Tensor:
        block, sums = self._sums(maps.shape[-1])
        kernels.mask_activated(self.through[clip], maps[clip], *norm.coefficients, block, sums)
        return sums

    def _norm_gradient(self, norm: Normalisation, sums: Tensor) -> NormGradient:
        return NormGradient.of(self.total(sums), norm.statistics, norm.gamma)

    def _back(self, norm: NormGradient) -> list[Tensor]:
        return [numbers.to(self.precise) for numbers in (norm.scale, norm.slope, norm.shift)]
