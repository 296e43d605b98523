from typing import Any

import numpy as np
import torch

from pipeline.nn.networks.residual import StyleNetwork
from pipeline.page.attention import LEVELS, relative_attention, to_levels


def network(*, attention: bool) -> StyleNetwork:
    torch.manual_seed(0)
    sizes: dict[str, Any] = {"channels": 4, "bottleneck": 4, "cardinality": 2, "hidden": 8, "embedding": 3}
    return StyleNetwork(frames=32, bins=8, attention=attention, dropout=0.1, **sizes).eval()


def test_weights_are_those_that_make_the_embedding() -> None:
    clips = np.random.default_rng(0).uniform(0, 60, (5, 32, 8)).astype(np.float16)
    net = network(attention=True)
    weights = relative_attention(net, [clips[:2], clips[2:]])
    assert weights is not None
    assert weights.shape == (5, 8)
    np.testing.assert_allclose(weights.mean(axis=1), 1, rtol=1e-5)
    batch = torch.from_numpy(clips.astype(np.float32)).unsqueeze(1)
    with torch.inference_mode():
        steps = net.time_steps(batch)
        averaged = (torch.from_numpy(weights / 8).unsqueeze(-1) * steps).sum(1)
        np.testing.assert_allclose(net.output(net.dense(averaged)), net(batch), rtol=1e-4, atol=1e-5)


def test_a_network_without_attention_has_none() -> None:
    assert relative_attention(network(attention=False), []) is None


def test_levels_keep_every_possible_weight_to_a_32nd() -> None:
    weights = np.linspace(0, np.exp(2), 1000, dtype=np.float32)  # tanh bounds the ratio to e^2 (paper 2.3)
    levels = to_levels(weights)
    assert levels.max() < 255
    np.testing.assert_allclose(levels / LEVELS, weights, atol=0.5 / LEVELS + 1e-6)
