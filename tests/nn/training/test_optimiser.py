import numpy as np
import pytest
import torch
from torch import nn

from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.training.optimiser import adam, one_cycle
from tests.nn.conftest import CPU, SHAPE


@pytest.mark.slow
def test_adam_takes_the_papers_penalty_as_coupled_weight_decay() -> None:
    """With a zero loss gradient the penalty alone drives Adam, whose first step is the learning rate times its sign."""
    network = seeded_network(SHAPE, np.random.SeedSequence(0), CPU)
    assert isinstance(network, StyleNetwork)
    before = {name: value.clone() for name, value in network.named_parameters()}
    optimiser = adam(network, learning_rate=1e-3, l2=1e-2)
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    weight, bias = network.output.weight, network.output.bias
    expected = before["output.weight"] - 1e-3 * before["output.weight"].sign()
    torch.testing.assert_close(weight, expected, rtol=0, atol=1e-6)
    assert torch.equal(bias, before["output.bias"])
    assert torch.equal(network.stem.norm.weight, before["stem.norm.weight"])
    assert [group["weight_decay"] for group in optimiser.param_groups] == [2e-2, 0.0]


def test_what_is_trained_beside_the_network_has_no_penalty() -> None:
    head = nn.Linear(3, 2)
    before = head.weight.detach().clone()
    network = seeded_network(SHAPE, np.random.SeedSequence(0), CPU)
    optimiser = adam(network, learning_rate=1e-3, l2=1e-2, head=head)
    head.weight.grad, network.output.weight.grad = torch.zeros_like(before), torch.zeros(4, 16)
    optimiser.step()
    assert torch.equal(head.weight, before)
    head.weight.grad = torch.ones_like(before)
    optimiser.step()
    assert (head.weight < before).all()


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 7, 10, 100, 333])
def test_the_shape_is_torchs(steps: int) -> None:
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.Adam([parameter], lr=1.0)
    torchs = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=2.0, total_steps=steps, cycle_momentum=False)
    for step in range(steps):
        assert 2 * one_cycle(step, steps) == pytest.approx(torchs.get_last_lr()[0], rel=1e-9)
        if step + 1 < steps:
            optimiser.step()
            torchs.step()


def test_it_starts_low_peaks_after_three_tenths_and_ends_at_almost_nothing() -> None:
    rates = [one_cycle(step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.04)
    assert rates[29] == max(rates) == pytest.approx(1.0)
    assert rates[-1] == pytest.approx(4e-6)
