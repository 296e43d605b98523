"""Entry point of the fast convolutions: from clips to pooled maps, as the plain layers compute them."""

from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor

from pipeline.nn.fast.layers import Layers
from pipeline.nn.fast.normalisation import Total
from pipeline.nn.fast.patches import PatchRows, centred
from pipeline.nn.fast.stem_algebra import stem_statistics


def sum_alone(numbers: Tensor) -> Tensor:
    """Sum over this process alone."""
    return numbers


def can_run_fast(clips: Tensor, training: bool) -> bool:
    """Return whether the fast path computes all gradients needed: on a processor, none with respect to the clips.

    Who only embeds may do without numba, at the speed of the plain layers; training takes it for granted.
    """
    has_gradients = training and not clips.requires_grad
    embeds = not torch.is_grad_enabled() and _has_compiler()
    return clips.device.type == "cpu" and (has_gradients or embeds)


@cache
def _has_compiler() -> bool:
    return find_spec("numba") is not None


def fast_maps(clips: Tensor, layers: Layers, total: Total = sum_alone) -> Tensor:
    """Run the first layer, the block and the second pooling; while training, update the running statistics.

    Parameters
    ----------
    clips : Tensor, shape (clips, 1, frames, bins)
        On the processor; there is no gradient with respect to them.
    layers : Layers
        The mode of their normalisations decides between batch statistics and running statistics.
    total : callable
        Sums over the processes that share the batch; in evaluation each is on its own.

    Returns
    -------
    Tensor, shape (clips, channels, frames / 4, bins / 4)
        Channels last, in autocast's precision if that is enabled, else in that of the clips.
    """
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else clips.dtype
    stem = layers.stem
    kernel = stem.convolution.kernel_size[0]
    with torch.autocast("cpu", enabled=False):
        padded, shift = centred(clips, kernel, total if stem.norm.training else sum_alone)
        patches = PatchRows.of(padded, kernel, dtype)
        if not stem.norm.training:
            from pipeline.nn.fast.evaluation import evaluated_maps  # numba: half as long as PyTorch takes

            return evaluated_maps(layers, patches, shift)
        statistics = stem_statistics(padded, shift, stem.convolution, stem.norm, total)
        from pipeline.nn.fast.training import TrainedMaps

        maps: Tensor = TrainedMaps.apply(layers, patches, statistics, total, *layers.parameters())  # type: ignore[no-untyped-call]
        return maps
