import numpy as np
import pytest
import torch

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.factory import fresh_network
from pipeline.nn.untrained import BATCH, BATCHES, estimate_statistics
from tests.nn.conftest import CPU, SHAPE, tone_clips


@pytest.mark.slow
def test_running_statistics_come_near_those_of_the_clips_and_no_weight_changes() -> None:
    network, bank = fresh_network(SHAPE, 0, CPU), ClipBank(tone_clips(1), CPU)
    weights = {name: value.clone() for name, value in network.named_parameters()}
    estimate_statistics(network, bank, np.random.default_rng(0), device=CPU, precision=torch.float32)
    assert not network.training
    for name, value in network.named_parameters():
        assert torch.equal(value, weights[name]), name
    state = network.state_dict()
    assert state["stem.norm.num_batches_tracked"] == BATCHES
    with torch.no_grad():
        clips = bank.gather(np.arange(len(bank)))
        padded = torch.nn.functional.pad(clips, (4, 5, 4, 5))
        maps = network.stem.convolution(padded)  # type: ignore[operator,union-attr]
    expected = maps.mean(dim=(0, 2, 3))
    share = 1 - 0.9**BATCHES  # of the running mean, which begins at 0
    assert torch.allclose(state["stem.norm.running_mean"] / share, expected, rtol=0.1, atol=0.3)
    assert BATCH * BATCHES >= 500
