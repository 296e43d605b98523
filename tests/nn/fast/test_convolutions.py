"""The fast way against the plain layers: output, loss, every gradient, running statistics, and evaluation."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pipeline.nn.fast.convolutions import can_run_fast
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.objectives.loss import contrastive_loss, squared_distance

PAPER: dict[str, Any] = {"channels": 128, "bottleneck": 64, "cardinality": 4}
# Batch normalisation takes out a bias before it: its gradient is 0, and the fast way gives none.
WITHOUT_EFFECT = ("stem.convolution.bias", "block.reduce.bias", "block.grouped.bias", "block.expand.bias")


def make_network(frames: int, bins: int, seed: int, **shape: Any) -> StyleNetwork:
    """Make a network in float64, without dropout, whose batch normalisations have gammas of both signs."""
    generator = torch.Generator().manual_seed(seed)
    network = StyleNetwork(
        frames=frames, bins=bins, attention=True, hidden=12, dropout=0.0, embedding=3, **shape
    ).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator, dtype=torch.float64) - 0.5)
    return network


class Plain(StyleNetwork):
    """The network whose convolutions are always the plain ones."""

    def time_steps(self, clips: Tensor) -> Tensor:
        return self.plain_maps(clips).transpose(1, 2).flatten(2)


def make_both(frames: int, bins: int, seed: int, **shape: Any) -> tuple[StyleNetwork, StyleNetwork]:
    fast, plain = make_network(frames, bins, seed, **shape), make_network(frames, bins, seed, **shape)
    plain.__class__ = Plain
    return fast, plain


def decibels(clips: int, frames: int, bins: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 60 * torch.rand(clips, 1, frames, bins, dtype=torch.float64, generator=generator)


def take_loss(network: StyleNetwork, clips: Tensor) -> Tensor:
    """Compute the paper's loss of pairs of neighbouring clips, with a margin that leaves negatives active."""
    distance = squared_distance(*network(clips).float().double().unflatten(0, (-1, 2)).unbind(1))
    loss = contrastive_loss(distance, torch.arange(len(distance)) % 2 == 0, margin=float(distance.detach().max()) + 1)
    loss.backward()
    return loss.detach()


def relative(one: Tensor, other: Tensor) -> float:
    return float(((one.double() - other).norm() / other.norm()).detach())


def gradient_of(network: StyleNetwork, name: str) -> Tensor:
    gradient = network.get_parameter(name).grad
    assert gradient is not None
    return gradient


@pytest.mark.slow
@given(
    seed=st.integers(0, 10_000),
    pairs=st.integers(1, 4),
    frames=st.integers(4, 19),
    bins=st.integers(4, 17),
    channels=st.integers(1, 5),
    bottleneck=st.sampled_from([2, 4, 6]),
    cardinality=st.sampled_from([1, 2]),
)
@settings(max_examples=30, deadline=None)
def test_loss_and_every_gradient_equal_those_of_the_plain_layers(
    seed: int, pairs: int, frames: int, bins: int, channels: int, bottleneck: int, cardinality: int
) -> None:
    shape = {"channels": channels, "bottleneck": bottleneck, "cardinality": cardinality}
    fast, plain = make_both(frames, bins, seed, **shape)
    clips = decibels(2 * pairs, frames, bins, seed)
    torch.testing.assert_close(take_loss(fast, clips), take_loss(plain, clips), rtol=1e-6, atol=1e-9)
    for name, _ in plain.named_parameters():
        expected = gradient_of(plain, name)
        if name in WITHOUT_EFFECT:
            assert fast.get_parameter(name).grad is None
            assert float(expected.abs().max()) < 1e-6 * (
                1 + float(gradient_of(plain, name[:-4] + "weight").abs().max())
            )
        else:
            scale = float(expected.abs().max()) + 1e-3
            torch.testing.assert_close(gradient_of(fast, name), expected, rtol=1e-4, atol=1e-5 * scale)
    for name, buffer in plain.named_buffers():
        torch.testing.assert_close(fast.get_buffer(name), buffer, rtol=1e-9, atol=1e-9)
    with torch.inference_mode():
        torch.testing.assert_close(fast.eval()(clips), plain.eval()(clips), rtol=1e-6, atol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_short_floats_stay_as_near_to_float64_as_the_plain_layers_do(precision: torch.dtype) -> None:
    """The paper's shape: output and every gradient, as a relative Euclidean norm."""
    clips = decibels(4, 256, 96, seed=3)
    reference = make_network(256, 96, 3, **PAPER)
    expected = reference.plain_maps(clips)
    upstream = torch.rand(expected.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(4)) - 0.5
    expected.backward(upstream)
    names = [
        name
        for name, parameter in reference.named_parameters()
        if parameter.grad is not None and name not in WITHOUT_EFFECT
    ]
    errors = []
    for short in make_both(256, 96, 3, **PAPER):
        with torch.autocast("cpu", precision, enabled=precision is not torch.float32):
            steps = short.float().time_steps(clips.float())
        assert steps.dtype is precision
        maps = steps.unflatten(2, (128, 24)).transpose(1, 2)
        maps.backward(upstream.to(precision))
        errors.append(
            [relative(maps, expected)]
            + [relative(gradient_of(short, name), gradient_of(reference, name)) for name in names]
        )
    assert len(names) == 12
    assert max(errors[0]) < (1e-3 if precision is torch.float32 else 0.25)
    for fast, plain in zip(*errors, strict=True):
        assert fast < 1.3 * plain + 1e-5


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_maps_and_gradients_do_not_depend_on_the_number_of_threads(precision: torch.dtype) -> None:
    found = []
    before = torch.get_num_threads()
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        network = make_network(32, 24, 5, channels=16, bottleneck=8, cardinality=2).float()
        with torch.autocast("cpu", precision, enabled=precision is not torch.float32):
            steps = network.time_steps(decibels(6, 32, 24, 5).float())
        steps.float().sin().sum().backward()
        found.append([steps.detach(), *(p.grad for n, p in network.named_parameters() if p.grad is not None)])
    torch.set_num_threads(before)
    for other in found[1:]:
        assert all(torch.equal(one, two) for one, two in zip(found[0], other, strict=True))


def test_gradients_with_respect_to_the_clips_are_there_when_asked_for() -> None:
    network, clips = make_network(8, 8, 0, channels=2, bottleneck=2, cardinality=1), decibels(2, 8, 8, 0)
    clips.requires_grad_()
    network(clips).sum().backward()
    assert clips.grad is not None
    assert clips.grad.abs().sum() > 0


def test_takes_the_plain_way_where_the_fast_one_gives_too_little() -> None:
    clips = decibels(1, 8, 8, 0)
    assert can_run_fast(clips, training=True)
    assert not can_run_fast(clips.clone().requires_grad_(), training=True)
    assert not can_run_fast(clips, training=False)
    assert not can_run_fast(clips.to("meta"), training=True)
    with torch.inference_mode():
        assert can_run_fast(clips, training=False)
