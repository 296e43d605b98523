"""The first layer at the speed of its arithmetic: convolution, batch normalisation, ReLU and pooling in one.

Mathematically the plain layers of `pipeline.nn.stem` (paper 3.4): batch statistics over the whole batch, the same
gradients. Their full-resolution output would be 0.8 GB for 64 clips, written and read by each of four layers; here it
exists a clip at a time, in cache, and is computed again for the gradient.

With patch mean m and covariance C, kernel w, sigma^2 = w' C w + eps, a = gamma / sigma and b = beta - a w.m the
normalised output is (a w).patch + b. The factor a goes into the kernel before pooling, so that the maximum is the right
one for either sign of gamma; b and ReLU come after it. A row of 121 numbers against the kernel in its four places
within them gives the four outputs that pooling joins.

For the gradient, let dz be dh where h > 0, at the place of the maximum; S the sum of dz x patch; db the sum of dz. Then
dgamma = (w.S - (w.m) db) / sigma, dbeta = db, and dw = (gamma / sigma) (S - db m - (dgamma / sigma) C w), which holds
the path through the batch statistics.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.patches import PatchRows, centred, patch_moments, row_length


@dataclass(frozen=True)
class Moments:
    """Mean and covariance of the patches, and what they make of the convolution's output, in float64.

    Attributes
    ----------
    patch_mean : Tensor, shape (kernel^2,)
    patch_covariance : Tensor, shape (kernel^2, kernel^2)
    mean, variance : Tensor, shape (channels,)
        Of each channel's output, without bias.
    """

    patch_mean: Tensor
    patch_covariance: Tensor
    mean: Tensor
    variance: Tensor


def pooled_stem(clips: Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Tensor:
    """Compute ``max_pool(relu(norm(convolution(pad(clips)))))`` and, while training, update the running statistics.

    Parameters
    ----------
    clips : Tensor, shape (clips, 1, frames, bins)
        On the processor; no gradient with respect to them is given.
    convolution : Conv2d
        One channel in, square kernel.
    norm : BatchNorm2d
        Its mode decides between batch statistics and running statistics.

    Returns
    -------
    Tensor, shape (clips, channels, frames / 2, bins / 2)
        Channels last, in autocast's precision where that is on, else in the clips'.
    """
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else clips.dtype
    with torch.autocast("cpu", enabled=False):
        padded, shift = centred(clips, convolution.kernel_size[0])
        patches = PatchRows.of(padded, convolution.kernel_size[0], dtype)
        if not norm.training:
            return _evaluate(patches, shift, convolution, norm)
        moments = _moments(padded, convolution.weight)
        _update_running(norm, moments, shift, convolution, clips.numel())
        pooled: Tensor = _PooledStem.apply(convolution.weight, norm.weight, norm.bias, patches, moments, norm.eps)  # type: ignore[no-untyped-call]
        return pooled


class _PooledStem(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any, weight: Tensor, gamma: Tensor, beta: Tensor, patches: PatchRows, moments: Moments, eps: float
    ) -> Tensor:
        sigma = (moments.variance + eps).sqrt()
        factor = gamma.double() / sigma
        offset = beta.double() - factor * moments.mean
        pooled, places = _convolve_and_pool(patches, weight.double() * factor[:, None, None, None], offset)
        context.save_for_backward(weight, gamma, pooled, places)
        context.patches, context.moments, context.sigma = patches, moments, sigma
        return pooled.permute(0, 3, 1, 2)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        weight, gamma, pooled, places = context.saved_tensors
        moments, sigma = context.moments, context.sigma
        sums, d_beta = _correlate(context.patches, gradient.permute(0, 2, 3, 1), pooled, places)
        sums = fold_places(sums, weight.shape[-1]).flatten(1)
        flat = weight.double().flatten(1)
        d_gamma = ((flat * sums).sum(1) - moments.mean * d_beta) / sigma
        through_variance = (d_gamma / sigma)[:, None] * (flat @ moments.patch_covariance)
        d_weight = (gamma.double() / sigma)[:, None] * (sums - d_beta[:, None] * moments.patch_mean - through_variance)
        dtype = weight.dtype
        return d_weight.view_as(weight).to(dtype), d_gamma.to(dtype), d_beta.to(dtype), None, None, None


def _moments(padded: Tensor, weight: Tensor) -> Moments:
    mean, covariance = patch_moments(padded, weight.shape[-1])
    flat = weight.detach().double().flatten(1)
    return Moments(mean, covariance, flat @ mean, ((flat @ covariance) * flat).sum(1))


def _update_running(norm: nn.BatchNorm2d, moments: Moments, shift: Tensor, convolution: nn.Conv2d, count: int) -> None:
    mean = moments.mean + shift * convolution.weight.detach().double().sum((1, 2, 3))
    if convolution.bias is not None:
        mean = mean + convolution.bias.detach()
    with torch.no_grad():
        norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), norm.momentum)  # type: ignore[union-attr, arg-type]
        unbiased = moments.variance * count / (count - 1)
        norm.running_var.lerp_(unbiased.to(norm.running_var.dtype), norm.momentum)  # type: ignore[union-attr, arg-type]
        norm.num_batches_tracked.add_(1)  # type: ignore[union-attr]


def _evaluate(patches: PatchRows, shift: Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Tensor:
    weight = convolution.weight.double()
    factor = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()  # type: ignore[union-attr]
    mean = norm.running_mean.double() - shift * weight.sum((1, 2, 3))  # type: ignore[union-attr]
    if convolution.bias is not None:
        mean = mean - convolution.bias.double()
    offset = norm.bias.double() - factor * mean
    return _convolve_and_pool(patches, weight * factor[:, None, None, None], offset)[0].permute(0, 3, 1, 2)


def _convolve_and_pool(patches: PatchRows, weight: Tensor, offset: Tensor) -> tuple[Tensor, Tensor]:
    """Return the pooled maps and where in its cell each maximum stood, both (clips, height, width, channels)."""
    dtype, channels = patches.laid_out.dtype, len(offset)
    matrix, offset = spread_places(weight).to(dtype), offset.to(dtype)
    shape = (patches.clips, patches.height, patches.width, channels)
    pooled = torch.empty(shape, dtype=dtype)
    places = torch.empty(shape, dtype=torch.uint8)
    for clip in range(patches.clips):
        outputs = (patches.matrix(clip) @ matrix).view(-1, 4, 1, channels).permute(0, 3, 1, 2)
        highest, place = functional.max_pool2d(outputs, (4, 1), return_indices=True)
        torch.add(highest.view(shape[1:]), offset, out=pooled[clip]).relu_()
        places[clip].copy_(place.view(shape[1:]))
    return pooled, places


def _correlate(patches: PatchRows, gradient: Tensor, pooled: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Return S for the four places, shape (4 x channels, length), and db, shape (channels,), in float64."""
    channels = pooled.shape[-1]
    sums = torch.zeros(4 * channels, patches.length, dtype=torch.float64)
    total = torch.zeros(channels, dtype=torch.float64)
    spread = torch.empty(patches.height * patches.width, 4, channels, dtype=pooled.dtype)
    for clip in range(patches.clips):
        flowing = torch.ops.aten.threshold_backward(gradient[clip], pooled[clip], 0).reshape(-1, channels)
        place = places[clip].view(-1, 1, channels).long()
        spread.zero_().scatter_(1, place, flowing[:, None])
        sums += spread.view(-1, 4 * channels).T @ patches.matrix(clip)
        total += flowing.sum(0, dtype=torch.float64)
    return sums, total


def spread_places(weight: Tensor) -> Tensor:
    """Put kernels into the four places of a patch one larger: (channels, 1, k, k) to (length, 4 x channels).

    Patches and the kernels in them run along time fastest; the places of a cell along frequency.
    """
    channels, _, kernel, _ = weight.shape
    side = kernel + 1
    placed = weight.new_zeros(4, channels, side, side)
    for number in range(4):
        row, column = divmod(number, 2)
        placed[number, :, column : column + kernel, row : row + kernel] = weight[:, 0].mT
    matrix = weight.new_zeros(row_length(side), 4 * channels)
    matrix[: side**2] = placed.reshape(4 * channels, -1).T
    return matrix


def fold_places(sums: Tensor, kernel: int) -> Tensor:
    """Add up what the four places hold for a kernel: (4 x channels, length) to (channels, k, k)."""
    side = kernel + 1
    placed = sums[:, : side**2].reshape(4, -1, side, side)
    folded = sums.new_zeros(placed.shape[1], kernel, kernel)
    for number in range(4):
        row, column = divmod(number, 2)
        folded += placed[number, :, column : column + kernel, row : row + kernel].mT
    return folded
