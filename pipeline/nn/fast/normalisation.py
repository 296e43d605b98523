"""Batch normalisation as an affine map, from sums over the whole batch (paper 3.4)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Affine:
    """What normalisation does to a map: ``factor x + offset`` for each channel.

    Attributes
    ----------
    factor, offset : Tensor, shape (channels,)
        In float64.
    """

    factor: Tensor
    offset: Tensor

    @classmethod
    def running(cls, norm: nn.BatchNorm2d, bias: Tensor | None) -> "Affine":
        """Give the map of evaluation, by running statistics, for outputs that lack the convolution's bias."""
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
        """Give the map of training."""
        factor = gamma.double() / self.sigma
        return Affine(factor, beta.double() - factor * self.mean)


@dataclass(frozen=True)
class NormGradient:
    """How a gradient goes back through batch normalisation: ``scale g + slope x + shift`` for each channel.

    Attributes
    ----------
    gamma, beta : Tensor, shape (channels,)
        Gradients of the parameters.
    scale, slope, shift : Tensor, shape (channels,)
        All in float64.
    """

    gamma: Tensor
    beta: Tensor
    scale: Tensor
    slope: Tensor
    shift: Tensor

    @classmethod
    def of(cls, sums: Tensor, statistics: BatchStatistics, gamma: Tensor) -> "NormGradient":
        """Derive it from the sums of g and of g x over the batch, (2, channels) in float64."""
        mean, sigma, count = statistics.mean, statistics.sigma, statistics.count
        d_beta = sums[0]
        d_gamma = (sums[1] - mean * d_beta) / sigma
        scale = gamma.double() / sigma
        slope = -scale * d_gamma / (count * sigma)
        return cls(d_gamma, d_beta, scale, slope, -scale * d_beta / count - slope * mean)


def statistics_of(sums: Tensor, count: int, norm: nn.BatchNorm2d, bias: Tensor | None) -> BatchStatistics:
    """Take the statistics from sums of x and of x^2, (2, channels) in float64, and update the running ones.

    Parameters
    ----------
    sums : Tensor
    count : int
        Values behind each sum.
    norm : BatchNorm2d
    bias : Tensor, optional
        The bias of the convolution before it, which the outputs summed up lack: it cancels but for the running mean.
    """
    mean = sums[0] / count
    variance = (sums[1] / count - mean.square()).clamp(min=0)
    update_running(norm, mean if bias is None else mean + bias.detach(), variance, count)
    return BatchStatistics(mean, (variance + norm.eps).sqrt(), count)


def update_running(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, count: int) -> None:
    """Move the running statistics as torch does: the variance is that of a sample, not of the batch."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    assert norm.num_batches_tracked is not None
    assert norm.momentum is not None
    with torch.no_grad():
        norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), norm.momentum)
        norm.running_var.lerp_((variance * (count / (count - 1))).to(norm.running_var.dtype), norm.momentum)
        norm.num_batches_tracked.add_(1)
