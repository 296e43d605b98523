from typing import Any

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.networks.residual import FeedForwardAttention, ResNeXtBlock, Stem, StyleNetwork

PAPER: dict[str, Any] = {
    "frames": 256,
    "bins": 96,
    "channels": 128,
    "bottleneck": 64,
    "cardinality": 4,
    "hidden": 1024,
    "dropout": 0.1,
    "embedding": 16,
}
SMALL: dict[str, Any] = {
    "frames": 16,
    "bins": 12,
    "attention": True,
    "channels": 8,
    "bottleneck": 4,
    "cardinality": 2,
    "hidden": 10,
    "dropout": 0.1,
    "embedding": 3,
}


def conv(inputs: int, outputs: int, kernel: int, groups: int = 1) -> int:
    return outputs * (inputs // groups) * kernel**2 + outputs


def parameters_by_hand(first_dense: int, attention: int) -> int:
    convolutions = conv(1, 128, 10) + conv(128, 64, 1) + conv(64, 64, 5, groups=4) + conv(64, 128, 1)
    norms = 2 * (128 + 64 + 64 + 128)
    dense = (first_dense + 1) * 1024 + 2 * 1025 * 1024 + 1025 * 16
    return convolutions + norms + dense + attention


def test_has_the_papers_parameters_with_attention() -> None:
    counted = StyleNetwork(attention=True, **PAPER).count_parameters()
    assert counted == parameters_by_hand(128 * 24, attention=128 * 24 + 1) == 5_321_361


def test_has_the_papers_parameters_without_attention() -> None:
    with torch.device("meta"):
        counted = StyleNetwork(attention=False, **PAPER).count_parameters()
    assert counted == parameters_by_hand(64 * 128 * 24, attention=0) == 203_499_152


def test_shapes_follow_the_paper() -> None:
    network = StyleNetwork(attention=True, **PAPER).eval()
    with torch.inference_mode():
        assert network.time_steps(torch.rand(1, 1, 256, 96)).shape == (1, 64, 128 * 24)
        assert network(torch.rand(2, 1, 256, 96)).shape == (2, 16)


def test_time_steps_keep_time_and_join_channels_with_height() -> None:
    """The maps (channels, height, width) become (height, channels x width): feature c * width + w at step h."""
    network = StyleNetwork(**SMALL).eval()
    maps = torch.rand(1, 8, 8, 6)
    for layer in ("stem", "block"):
        setattr(network, layer, nn.Identity())
    steps = network.time_steps(maps.requires_grad_())
    expected = functional.max_pool2d(maps, 2)
    for channel, step, width in [(0, 0, 0), (3, 2, 1), (7, 3, 2)]:
        assert steps[0, step, channel * 3 + width] == expected[0, channel, step, width]


def test_attention_by_hand() -> None:
    attention = FeedForwardAttention(2).double()
    with torch.no_grad():
        attention.score.weight[:] = torch.tensor([[1.0, -2.0]])
        attention.score.bias[:] = 0.5
    steps = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [3.0, 2.0]]], dtype=torch.float64)
    scores = np.tanh(np.array([1.5, -1.5, -0.5]))
    weights = np.exp(scores) / np.exp(scores).sum()
    np.testing.assert_allclose(attention.weights(steps)[0].detach(), weights, rtol=1e-12)
    expected = weights[0] * np.array([1, 0]) + weights[1] * np.array([0, 1]) + weights[2] * np.array([3, 2])
    np.testing.assert_allclose(attention(steps)[0].detach(), expected, rtol=1e-12)


def test_attention_cannot_prefer_a_step_by_more_than_e_squared() -> None:
    attention = FeedForwardAttention(4)
    weights = attention.weights(1e4 * torch.randn(50, 20, 4, generator=torch.Generator().manual_seed(0)))
    assert float((weights.max(1).values / weights.min(1).values).max().detach()) <= np.exp(2) * (1 + 1e-5)


def test_block_with_silent_inner_path_passes_its_input_through() -> None:
    block = ResNeXtBlock(8, 4, 2).eval()
    with torch.no_grad():
        block.expand.weight.zero_()
        assert block.expand.bias is not None
        block.expand.bias.zero_()
    maps = torch.rand(2, 8, 5, 6) - 0.5
    torch.testing.assert_close(block(maps), functional.relu(maps))


def test_grouped_convolution_keeps_its_tunnels_apart() -> None:
    block = ResNeXtBlock(8, 4, 2)
    maps = torch.rand(1, 4, 6, 6, requires_grad=True)
    block.grouped(maps)[0, 0].sum().backward()
    assert maps.grad is not None
    assert maps.grad[0, :2].abs().sum() > 0
    assert maps.grad[0, 2:].abs().sum() == 0


def test_l2_acts_on_kernels_and_attention_only() -> None:
    network = StyleNetwork(**SMALL)
    weights = {id(weight) for weight in network.weight_tensors()}
    named = {name for name, parameter in network.named_parameters() if id(parameter) in weights}
    assert named == {
        "stem.convolution.weight",
        "block.reduce.weight",
        "block.grouped.weight",
        "block.expand.weight",
        "attention.score.weight",
        "dense.0.weight",
        "dense.3.weight",
        "dense.6.weight",
        "output.weight",
    }


def test_the_same_seed_gives_the_same_network_whatever_the_global_generator() -> None:
    torch.manual_seed(1)
    first = seeded_network(SMALL, np.random.SeedSequence([7, 1]), torch.device("cpu"))
    torch.manual_seed(2)
    second = seeded_network(SMALL, np.random.SeedSequence([7, 1]), torch.device("cpu"))
    other = seeded_network(SMALL, np.random.SeedSequence([8, 1]), torch.device("cpu"))
    clips = torch.rand(4, 1, 16, 12)
    one, two, three = first(clips), second(clips), other(clips)
    assert torch.equal(one, two)
    assert not torch.allclose(one, three)


def test_initial_weights_fill_pytorchs_range() -> None:
    network = seeded_network({**SMALL, "hidden": 300}, np.random.SeedSequence(0), torch.device("cpu"))
    weight = network.output.weight.detach()
    bound = 1 / np.sqrt(300)
    assert float(weight.abs().max()) <= bound
    assert float(weight.std()) == pytest.approx(2 * bound / np.sqrt(12), rel=0.1)


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


def test_feature_maps_of_the_plain_layers_are_laid_out_channels_last() -> None:
    """Clips have one channel, which is either layout; the kernels' layout decides."""
    network = seeded_network(SMALL, np.random.SeedSequence(0), torch.device("cpu"))
    assert isinstance(network, StyleNetwork)
    clips = torch.rand(2, 1, 16, 12)
    for maps in (network.stem(clips), network.plain_maps(clips)):
        assert maps.is_contiguous(memory_format=torch.channels_last)
        assert not maps.is_contiguous()
