import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from torch import Tensor

from pipeline.nn.stem import Stem


def make_stem(channels: int, kernel: int, seed: int = 0) -> Stem:
    """Make a stem in float64 whose batch normalisation has gammas of both signs."""
    generator = torch.Generator().manual_seed(seed)
    stem = Stem(channels, kernel).double()
    with torch.no_grad():
        for parameter in stem.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator, dtype=torch.float64) - 0.5)
    return stem


def decibels(clips: int, frames: int, bins: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 60 * torch.rand(clips, 1, frames, bins, dtype=torch.float64, generator=generator)


@pytest.mark.parametrize("kernel", [3, 4, 10])
def test_the_convolution_is_same_with_the_smaller_half_of_the_padding_before(kernel: int) -> None:
    """Against scipy, with batch normalisation and pooling written out."""
    stem = make_stem(2, kernel).eval()
    clip = decibels(1, 14, 12)
    convolution, norm = stem.convolution, stem.norm
    assert convolution.bias is not None
    padded = np.pad(clip[0, 0].numpy(), ((kernel - 1) // 2, kernel // 2))
    for channel in range(2):
        kernel_weights = convolution.weight[channel, 0].detach().numpy()
        output = correlate2d(padded, kernel_weights, "valid") + convolution.bias[channel].item()
        normed = output / np.sqrt(1 + norm.eps) * norm.weight[channel].item() + norm.bias[channel].item()
        pooled = np.maximum(normed, 0).reshape(7, 2, 6, 2).max((1, 3))
        np.testing.assert_allclose(stem(clip)[0, channel].detach(), pooled, rtol=1e-9)
