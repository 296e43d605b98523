import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.networks.statistics_network import StatisticsNetwork
from pipeline.nn.training.plain_means import WEIGHT, scale_means
from tests.nn.conftest import CPU, tone_clips

SHAPE = {
    "kind": "statistics",
    "frames": 16,
    "bins": 12,
    "cepstra": 5,
    "dropout": 0.0,
    "embedding": 6,
    "normalise": True,
}


def test_over_performances_each_mean_has_the_same_share_of_the_weight() -> None:
    clips = tone_clips(0)
    network = seeded_network(SHAPE | {"means": 4}, np.random.SeedSequence(3), CPU).eval()
    assert isinstance(network, StatisticsNetwork)
    bank = ClipBank(clips, CPU)
    scale_means(network, bank, clips.recording, CPU)
    with torch.no_grad():
        means = network(bank.gather(np.arange(48))).numpy()[:, 2:]
    performances = means.reshape(8, 6, 4).mean(axis=1)  # six clips each, one after the other
    assert_allclose(performances.mean(axis=0), 0, atol=1e-6)
    assert_allclose(performances.std(axis=0), WEIGHT / 2, rtol=1e-5)
    assert np.square(performances).sum(axis=1).mean() == pytest.approx(WEIGHT**2, rel=1e-5)


def test_a_coefficient_that_never_differs_stays_zero() -> None:
    clips = tone_clips(0)
    alike = clips[np.isin(clips.recording, ["r0"])]
    network = seeded_network(SHAPE | {"means": 4}, np.random.SeedSequence(3), CPU).eval()
    assert isinstance(network, StatisticsNetwork)
    scale_means(network, ClipBank(alike, CPU), alike.recording, CPU)
    assert torch.isfinite(network.means_gain).all()
    with torch.no_grad():
        means = network(ClipBank(alike, CPU).gather(np.arange(6))).numpy()[:, 2:]
    assert_allclose(means.mean(axis=0), 0, atol=1e-5)
