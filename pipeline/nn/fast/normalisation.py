"""Batch normalisation as an affine map, from sums over the whole batch (paper 3.4)."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

# Sums numbers over all processes that share a batch; with one process, the identity.
Total = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Affine:
    """Normalisation of a map as ``factor x + offset`` for each channel.

    Attributes
    ----------
    factor, offset : Tensor, shape (channels,)
        In float64.
    """

    factor: Tensor
    offset: Tensor

    @classmethod
    def running(cls, norm: nn.BatchNorm2d, bias: Tensor | None) -> "Affine":
        """Compute the affine map of evaluation, by running statistics, for outputs without the convolution's bias."""
        assert norm.running_mean is not None
        assert norm.running_var is not None
        factor = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
        mean = norm.running_mean.double() if bias is None else norm.running_mean.double() - bias.double()
        return cls(factor, norm.bias.double() - factor * mean)


@dataclass(frozen=True)
class BatchStatistics:
    """Mean and variance of a map's channels over a batch, and the number of values behind them.

    Attributes
    ----------
    mean, sigma : Tensor, shape (channels,)
        In float64; sigma is the square root of the biased variance plus epsilon.
    count : int
    """

    mean: Tensor
    sigma: Tensor
    count: int

    def affine(self, gamma: Tensor, beta: Tensor) -> Affine:
        """Compute the affine map of training."""
        factor = gamma.double() / self.sigma
        return Affine(factor, beta.double() - factor * self.mean)


@dataclass(frozen=True)
class NormGradient:
    """Backward pass of batch normalisation: ``scale g + slope x + shift`` for each channel.

    Attributes
    ----------
    scale, slope, shift : Tensor, shape (channels,)
        In float64.
    """

    scale: Tensor
    slope: Tensor
    shift: Tensor

    @classmethod
    def of(cls, sums: Tensor, statistics: BatchStatistics, gamma: Tensor) -> "NormGradient":
        """Derive the coefficients from the sums of g and of g x over the whole batch, (2, channels) in float64."""
        d_gamma, d_beta = parameter_gradients(sums, statistics)
        scale = gamma.double() / statistics.sigma
        slope = -scale * d_gamma / (statistics.count * statistics.sigma)
        return cls(scale, slope, -scale * d_beta / statistics.count - slope * statistics.mean)


def parameter_gradients(sums: Tensor, statistics: BatchStatistics) -> tuple[Tensor, Tensor]:
    """Compute the gradients of gamma and beta from the sums of g and of g x, (2, channels) in float64."""
    return (sums[1] - statistics.mean * sums[0]) / statistics.sigma, sums[0]


def whole_count(count: int, total: Total) -> int:
    """Sum a count over the processes."""
    return int(total(torch.tensor([count])).item())


def statistics_of(sums: Tensor, count: int, norm: nn.BatchNorm2d, bias: Tensor | None) -> BatchStatistics:
    """Compute the statistics from sums of x and of x^2, (2, channels) in float64, and update the running ones.

    Parameters
    ----------
    sums : Tensor
        Sums over the whole batch.
    count : int
        Number of values in each sum.
    norm : BatchNorm2d
    bias : Tensor, optional
        Bias of the preceding convolution, which the summed outputs lack: it cancels except in the running mean.
    """
    mean = sums[0] / count
    variance = (sums[1] / count - mean.square()).clamp(min=0)
    update_running(norm, mean if bias is None else mean + bias.detach(), variance, count)
    return BatchStatistics(mean, (variance + norm.eps).sqrt(), count)


def update_running(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, count: int) -> None:
    """Update the running statistics as torch does, with the unbiased variance."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    assert norm.num_batches_tracked is not None
    assert norm.momentum is not None
    with torch.no_grad():
        norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), norm.momentum)
        norm.running_var.lerp_((variance * (count / (count - 1))).to(norm.running_var.dtype), norm.momentum)
        norm.num_batches_tracked.add_(1)
