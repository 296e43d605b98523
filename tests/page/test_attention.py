from typing import Any

import numpy as np
import torch

from pipeline.nn.networks.residual import StyleNetwork
from pipeline.page.attention import relative_attention


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
