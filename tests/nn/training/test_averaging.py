import numpy as np
import pytest
import torch

from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.training.averaging import WeightAverage
from tests.nn.conftest import CPU, SHAPE


@pytest.fixture
def network() -> Embedder:
    return seeded_network(SHAPE, np.random.SeedSequence(0), CPU)


def set_all(network: Embedder, value: float) -> None:
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.fill_(value)


def test_the_average_by_hand(network: Embedder) -> None:
    """It begins with the first weights; step 1 keeps one eleventh of it, step 30 the 0.75 asked for."""
    set_all(network, 11.0)
    average = WeightAverage(network, 0.75)
    set_all(network, 0.0)
    average.update(1)
    assert all(torch.allclose(value, torch.tensor(1.0)) for value in average.tensors.values())
    set_all(network, 5.0)
    average.update(30)
    assert all(torch.allclose(value, torch.tensor(2.0)) for value in average.tensors.values())  # 0.75 + 0.25 x 5
    average.update(10_000)
    assert all(torch.allclose(value, torch.tensor(2.75)) for value in average.tensors.values())


def test_running_statistics_are_averaged_and_counts_are_not(network: Embedder) -> None:
    names = WeightAverage(network, 0.9).tensors
    assert "stem.norm.running_var" in names
    assert "stem.norm.num_batches_tracked" not in names


def test_the_network_has_the_average_inside_and_its_own_bytes_again_outside(network: Embedder) -> None:
    average = WeightAverage(network, 0.9)
    set_all(network, 1 / 3)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    places = [value.data_ptr() for value in network.state_dict().values()]
    with average.in_place():
        inside = network.state_dict()
        assert all(torch.equal(inside[name], value) for name, value in average.tensors.items())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert [value.data_ptr() for value in network.state_dict().values()] == places


def test_a_fault_inside_gives_the_weights_back(network: Embedder) -> None:
    average = WeightAverage(network, 0.9)
    set_all(network, 2.0)
    with pytest.raises(KeyError), average.in_place():
        raise KeyError
    assert torch.all(network.state_dict()["output.weight"] == 2.0)
