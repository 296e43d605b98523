"""First layer, block and pooling with running statistics: clips share nothing, so each passes through in one go.

Normalisation is then an affine map, whose factors are folded into the kernels.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from pipeline.nn.fast import kernels
from pipeline.nn.fast.bfloat16 import arithmetic
from pipeline.nn.fast.layers import BlockKernels, Layers
from pipeline.nn.fast.normalisation import Affine
from pipeline.nn.fast.patches import PatchRows
from pipeline.nn.fast.stem_algebra import folded_kernels, running_affine
from pipeline.nn.fast.workers import side_by_side


def evaluated_maps(layers: Layers, patches: PatchRows, shift: Tensor) -> Tensor:
    """Run the layers: (clips, channels, frames / 4, bins / 4).

    Parameters
    ----------
    layers : Layers
    patches : PatchRows
        In the precision of the arithmetic.
    shift : Tensor
        What was subtracted from the clips; see `pipeline.nn.fast.patches.centred`.
    """
    through = _one_clip(layers, patches, shift)
    return torch.stack(side_by_side(through, patches.clips)).permute(0, 3, 1, 2)


def _one_clip(layers: Layers, patches: PatchRows, shift: Tensor) -> Callable[[int], Tensor]:
    dtype, height, width = patches.laid_out.dtype, patches.height, patches.width
    stem = running_affine(shift, layers.stem.convolution, layers.stem.norm)
    folded = folded_kernels(layers.stem.convolution.weight.detach(), stem).to(dtype)
    block = BlockKernels.of(layers, dtype)
    precise = arithmetic(dtype)
    offset = stem.offset.to(precise)
    reduce, grouped, expand = (
        [numbers.to(precise) for numbers in (affine.factor, affine.offset)]
        for affine in (
            Affine.running(layer.norm, layer.bias()) for layer in (layers.reduce, layers.grouped, layers.expand)
        )
    )

    def through(clip: int) -> Tensor:
        outputs = patches.matrix(clip) @ folded
        positions, channels = len(outputs), len(offset)
        pooled, places = outputs.new_empty(positions, channels), torch.empty(positions, channels, dtype=torch.uint8)
        kernels.pool_outputs(outputs.view(-1, 4, channels), offset, pooled, places)
        inner = pooled @ block.reduce
        kernels.activate(inner, *reduce, inner)
        inner = block.convolve(inner, height, width)
        kernels.activate(inner, *grouped, inner)
        inner = inner @ block.expand
        cells = (height // 2, width // 2, channels)
        output, places = outputs.new_empty(cells), torch.empty(cells, dtype=torch.uint8)
        kernels.add_and_pool(pooled, inner, *expand, width, output, places)
        return output

    return through
