from typing import Any

import numpy as np
import pytest
import torch

from pipeline.nn.making import KINDS, make_network, seeded_network
from pipeline.nn.network import StyleNetwork
from pipeline.nn.statistics_network import StatisticsNetwork

LIGHT: dict[str, Any] = {
    "kind": "statistics",
    "frames": 12,
    "bins": 8,
    "cepstra": 5,
    "dropout": 0.1,
    "embedding": 4,
    "normalise": True,
}


def made(seed: int) -> StatisticsNetwork:
    network = seeded_network(LIGHT, np.random.SeedSequence(seed), torch.device("cpu"))
    assert isinstance(network, StatisticsNetwork)
    return network


def test_a_shape_without_kind_is_the_papers() -> None:
    """Model files written before there were kinds say none."""
    sizes: dict[str, Any] = {"channels": 4, "bottleneck": 4, "cardinality": 2, "hidden": 8, "embedding": 3}
    assert isinstance(make_network({"frames": 8, "bins": 8, "attention": True, "dropout": 0, **sizes}), StyleNetwork)


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=f"'siamese' is no kind of network; there are {', '.join(KINDS)}"):
        make_network(LIGHT | {"kind": "siamese"})


def test_one_seed_makes_one_network() -> None:
    one, same, other = (made(seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["output.weight"], other["output.weight"])


def test_the_light_network_starts_from_cepstra() -> None:
    """Row k of the orthonormal cosine transform: sqrt(2 / n) cos(pi k (i + 1/2) / n), k from 1."""
    weight = made(0).cepstra.weight.detach().numpy()
    i = np.arange(8)
    expected = [np.sqrt(2 / 8) * np.cos(np.pi * k * (i + 0.5) / 8) for k in range(1, 6)]
    np.testing.assert_allclose(weight, expected, atol=1e-6)
