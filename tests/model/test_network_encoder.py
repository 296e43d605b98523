import numpy as np
import pytest
import torch

from pipeline.model.network_encoder import NetworkEncoder, assemble_network, weights_of
from pipeline.nn.networks.residual import StyleNetwork

SHAPE = {
    "frames": 32,
    "bins": 8,
    "attention": True,
    "channels": 4,
    "bottleneck": 4,
    "cardinality": 2,
    "hidden": 8,
    "dropout": 0.1,
    "embedding": 3,
}
CLIPS = np.random.default_rng(0).uniform(0, 60, (3, 32, 8)).astype(np.float16)


def network(*, attention: bool = True) -> StyleNetwork:
    torch.manual_seed(0)
    return StyleNetwork(**SHAPE | {"attention": attention}).eval()  # type: ignore[arg-type]


def test_a_network_made_of_its_own_weights_is_the_same() -> None:
    again = NetworkEncoder(assemble_network(SHAPE, weights_of(network())))
    np.testing.assert_array_equal(again.embed(CLIPS), NetworkEncoder(network()).embed(CLIPS))
    assert not again.network.training
    for name, value in weights_of(network()).items():
        np.testing.assert_array_equal(again.weights[name], value)


def test_attention_averages_the_steps_to_what_is_embedded() -> None:
    net = network()
    weights = NetworkEncoder(net).attend(CLIPS)
    assert weights is not None
    np.testing.assert_allclose(weights.mean(axis=1), 1, rtol=1e-5)
    batch = torch.from_numpy(CLIPS.astype(np.float32)).unsqueeze(1)
    with torch.inference_mode():
        averaged = (torch.from_numpy(weights / weights.shape[1]).unsqueeze(-1) * net.time_steps(batch)).sum(1)
        expected = net.output(net.dense(averaged)).numpy()
    np.testing.assert_allclose(NetworkEncoder(net).embed(CLIPS), expected, rtol=1e-4, atol=1e-5)


def test_a_network_without_attention_has_none() -> None:
    assert NetworkEncoder(network(attention=False)).attend(CLIPS) is None


@pytest.mark.parametrize("name", ["output.bias", "output.weight"])
def test_weights_that_do_not_fit_are_refused(name: str) -> None:
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        assemble_network(SHAPE, {key: value for key, value in weights_of(network()).items() if key != name})
