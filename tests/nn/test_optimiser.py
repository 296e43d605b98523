import numpy as np
import torch
from torch import nn

from pipeline.nn.making import seeded_network
from pipeline.nn.network import StyleNetwork
from pipeline.nn.optimiser import adam
from tests.nn.conftest import CPU, SHAPE


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
