import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
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


PARAMETERS = ("convolution.weight", "norm.weight", "norm.bias")


def gradient_of(stem: Stem, name: str) -> Tensor:
    gradient = stem.get_parameter(name).grad
    assert gradient is not None
    return gradient


def relative(one: Tensor, other: Tensor) -> float:
    return float(((one.double() - other).norm() / other.norm()).detach())


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
        with torch.inference_mode():
            np.testing.assert_allclose(stem(clip)[0, channel], pooled, rtol=1e-9)
        np.testing.assert_allclose(stem.plain(clip)[0, channel].detach(), pooled, rtol=1e-9)


@given(
    seed=st.integers(0, 10_000),
    clips=st.integers(1, 11),
    frames=st.integers(2, 17),
    bins=st.integers(2, 15),
    channels=st.integers(1, 5),
    kernel=st.integers(2, 6),
)
@settings(max_examples=40, deadline=None)
def test_the_fast_way_equals_the_plain_layers(
    seed: int, clips: int, frames: int, bins: int, channels: int, kernel: int
) -> None:
    """Output, gradients and running statistics, in float64, training and evaluating."""
    fast, plain = make_stem(channels, kernel, seed), make_stem(channels, kernel, seed)
    batch = decibels(clips, frames, bins, seed)
    output, expected = fast(batch), plain.plain(batch)
    torch.testing.assert_close(output, expected, rtol=1e-7, atol=1e-8)
    upstream = torch.rand(expected.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) - 0.3
    output.backward(upstream)
    expected.backward(upstream)
    for name in PARAMETERS:
        one, other = gradient_of(fast, name), gradient_of(plain, name)
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7 * float(other.abs().max() + 1))
    for name in ("norm.running_mean", "norm.running_var", "norm.num_batches_tracked"):
        torch.testing.assert_close(fast.get_buffer(name), plain.get_buffer(name), rtol=1e-9, atol=1e-9)
    with torch.inference_mode():
        torch.testing.assert_close(fast.eval()(batch), plain.eval().plain(batch), rtol=1e-7, atol=1e-7)


def test_gradients_with_respect_to_the_clips_are_there_when_asked_for() -> None:
    stem, clips = make_stem(2, 4), decibels(2, 8, 6).requires_grad_()
    stem(clips).sum().backward()
    assert clips.grad is not None
    assert clips.grad.abs().sum() > 0


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_short_floats_stay_as_near_to_float64_as_the_plain_layers_do(precision: torch.dtype) -> None:
    """The paper's shape: output and every gradient, as a relative Euclidean norm."""
    reference = make_stem(128, 10, seed=3)
    batch = decibels(4, 256, 96, seed=3)
    expected = reference.plain(batch)
    upstream = torch.rand(expected.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(4)) - 0.5
    expected.backward(upstream)
    errors = {}
    for way in ("forward", "plain"):
        short = make_stem(128, 10, seed=3).float()
        with torch.autocast("cpu", precision, enabled=precision is not torch.float32):
            output = getattr(short, way)(batch.float())
        assert output.dtype is precision
        output.backward(upstream.to(precision))
        errors[way] = [relative(output, expected)] + [
            relative(gradient_of(short, name), gradient_of(reference, name)) for name in PARAMETERS
        ]
    assert max(errors["forward"]) < (1e-4 if precision is torch.float32 else 0.1)
    for fast, plain in zip(errors["forward"], errors["plain"], strict=True):
        assert fast < 1.2 * plain + 1e-6
