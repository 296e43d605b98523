import math

import numpy as np
import pytest
import torch
from scipy.fft import dct
from torch import Tensor

from pipeline.nn.networks.dropout import seed_dropout
from pipeline.nn.networks.statistics_network import StatisticsNetwork
from tests.nn.networks.test_factory import LIGHT, made


def clips(count: int = 3, seed: int = 0) -> Tensor:
    return 60 * torch.rand(count, 1, 12, 8, generator=torch.Generator().manual_seed(seed))


def test_an_embedding_is_that_of_the_formulas_in_float64() -> None:
    """Frame by frame, with running statistics that are not those of a fresh layer."""
    network = made(0)
    network.train()
    seed_dropout(network, torch.Generator().manual_seed(0))
    network(clips(20, seed=1))
    network.eval()
    state = {name: value.double().numpy() for name, value in network.state_dict().items()}

    def norm(values: np.ndarray, layer: str) -> np.ndarray:
        mean, variance = state[f"{layer}.running_mean"], state[f"{layer}.running_var"]
        scaled: np.ndarray = (values - mean) / np.sqrt(variance + 1e-5)
        shifted: np.ndarray = scaled * state[f"{layer}.weight"] + state[f"{layer}.bias"]
        return shifted

    given = clips()
    for clip, found in zip(given[:, 0].double().numpy(), network(given).detach().numpy(), strict=True):
        share = np.exp(clip.mean(1) / 20)
        share /= share.sum()
        cepstra = norm(clip / 20 @ state["cepstra.weight"].T, "cepstra_norm")
        halves = np.concatenate([np.maximum(cepstra, 0), np.maximum(-cepstra, 0)], 1)
        mean = share @ halves
        spread = np.sqrt(share @ (halves - mean) ** 2 + 1e-4)
        vector = norm(np.concatenate([mean, spread]), "statistics_norm") @ state["output.weight"].T
        vector += state["output.bias"]
        np.testing.assert_allclose(found, vector / np.linalg.norm(vector), atol=2e-5)


def test_plain_means_stand_behind_what_is_learned() -> None:
    """Cepstra of the spectrum's orthonormal cosine transform, averaged by loudness; 0 until they are scaled."""
    network = made(0, embedding=6, means=2).eval()
    given = clips()
    alone = made(0)
    alone.load_state_dict({name: value for name, value in network.state_dict().items() if "means" not in name})
    learned = alone.eval()(given)
    torch.testing.assert_close(network(given)[:, :4], learned)
    assert not network(given)[:, 4:].any()
    network.means_gain.copy_(torch.tensor([1.0, 10.0]))
    network.means_shift.copy_(torch.tensor([0.5, 0.0]))
    for clip, found in zip(given[:, 0].double().numpy(), network(given).detach().numpy(), strict=True):
        share = np.exp(clip.mean(1) / 20)
        cepstra = dct(share @ clip / share.sum() / 20, norm="ortho")[1:3]
        np.testing.assert_allclose(found[4:], cepstra * [1, 10] + [0.5, 0], rtol=1e-4)


def test_weights_of_time_sum_to_one_and_twenty_decibels_are_worth_e() -> None:
    network = made(0).eval()
    even = torch.full((1, 1, 12, 8), 20.0)
    even[:, :, 3] += 20
    weights = network.loudness.weights(network.time_steps(even))[0].detach()
    assert float(weights.sum()) == pytest.approx(1)
    assert float(weights[3] / weights[0]) == pytest.approx(math.e, rel=1e-5)


def test_the_order_of_frames_does_not_matter() -> None:
    network = made(0).eval()
    given = clips()
    torch.testing.assert_close(network(given), network(given.flip(2)), rtol=0, atol=1e-6)


def test_without_the_sphere_vectors_keep_their_length() -> None:
    network = StatisticsNetwork(**{k: v for k, v in LIGHT.items() if k != "kind"} | {"normalise": False}).eval()
    sphere = made(0).eval()
    network.load_state_dict(sphere.state_dict())
    free = network(clips())
    torch.testing.assert_close(free / free.norm(dim=1, keepdim=True), sphere(clips()))
    assert float(free.detach().norm(dim=1).sub(1).abs().min()) > 1e-3


def test_clips_of_silence_are_finite_and_have_gradients() -> None:
    network = made(0)
    network(torch.zeros(4, 1, 12, 8)).square().sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in network.parameters() if p.grad is not None)


def test_any_length_of_clip_is_taken_and_the_dimensions_are_those_asked() -> None:
    network = made(0).eval()
    assert network(torch.zeros(2, 1, 40, 8)).shape == (2, 4)
    assert network.count_parameters() == 5 * 8 + 2 * 5 + 2 * 20 + 20 * 4 + 4
