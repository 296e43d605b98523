"""The light network in NumPy against PyTorch's layers, which are another route to the same vectors."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.model import statistics_encoder
from pipeline.model.network_encoder import NetworkEncoder, weights_of
from pipeline.model.statistics_encoder import StatisticsEncoder
from pipeline.nn.networks import statistics_network
from pipeline.nn.networks.factory import seeded_network

SHAPE: dict[str, Any] = {
    "kind": "statistics",
    "frames": 12,
    "bins": 8,
    "cepstra": 5,
    "dropout": 0.1,
    "embedding": 3,
    "normalise": True,
}


def network(seed: int = 0, **changed: Any) -> statistics_network.StatisticsNetwork:
    """Draw a network whose every weight and running statistic is something else than at the start."""
    drawn = seeded_network(SHAPE | changed, np.random.SeedSequence(seed), torch.device("cpu")).eval()
    assert isinstance(drawn, statistics_network.StatisticsNetwork)
    generator = torch.Generator().manual_seed(seed)
    for name, value in drawn.state_dict().items():
        if value.is_floating_point():
            noise = torch.rand(value.shape, generator=generator)
            value.copy_(noise + 0.5 if "var" in name else value + noise - 0.5)
    return drawn


def clips(count: int, seed: int = 0) -> NDArray[np.float16]:
    return np.random.default_rng(seed).uniform(0, 80, (count, 12, 8)).astype(np.float16)


@pytest.mark.slow
@given(seed=st.integers(0, 2**31), count=st.integers(1, 5), normalise=st.booleans(), means=st.integers(0, 2))
def test_vectors_and_attention_are_those_of_the_network(seed: int, count: int, normalise: bool, means: int) -> None:
    changed = {"normalise": normalise} | ({"means": means} if means else {})
    layers = network(seed, **changed).double()
    light = StatisticsEncoder(SHAPE | changed, weights_of(network(seed, **changed)))
    sung = clips(count, seed)
    with torch.inference_mode():
        batch = torch.from_numpy(sung).double().unsqueeze(1)
        expected = layers(batch).numpy()
        weights = layers.loudness.weights(layers.time_steps(batch)).numpy()
    np.testing.assert_allclose(light.embed(sung), expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())
    np.testing.assert_allclose(light.attend(sung), 12 * weights, rtol=1e-5, atol=1e-7)


def test_it_is_the_network_in_single_precision_too() -> None:
    one, light = NetworkEncoder(network()), StatisticsEncoder(SHAPE, weights_of(network()))
    np.testing.assert_allclose(light.embed(clips(4)), one.embed(clips(4)), rtol=1e-3, atol=1e-5)
    attention = one.attend(clips(4))
    assert attention is not None
    np.testing.assert_allclose(light.attend(clips(4)), attention, rtol=1e-4)


def test_the_constants_are_those_of_the_network() -> None:
    for name in ("LOUDNESS_DB", "SCALE_DB", "LEAST_VARIANCE"):
        assert getattr(statistics_encoder, name) == getattr(statistics_network, name)
    assert statistics_encoder.NORM_EPSILON == network().cepstra_norm.eps == network().statistics_norm.eps


def test_by_hand() -> None:
    """One bin of 20 dB, then of 40: loudness weighs them 1 to e; the map doubles what is in units of 20 dB.

    The one cepstrum is 2, then 4; its normalisation takes 3 away, which leaves -1 and 1, and a half of each sign.
    """
    sizes = {"frames": 2, "bins": 1, "cepstra": 1, "embedding": 4}
    shape = sizes | {"kind": "statistics", "normalise": False, "dropout": 0.0}
    ones, zeros = np.ones(4, np.float32), np.zeros(4, np.float32)
    variance = np.float32(1 - 1e-5)
    weights = {
        "cepstra.weight": np.array([[2.0]], np.float32),
        "cepstra_norm.weight": ones[:1],
        "cepstra_norm.bias": zeros[:1],
        "cepstra_norm.running_mean": np.array([3.0], np.float32),
        "cepstra_norm.running_var": np.array([variance]),
        "cepstra_norm.num_batches_tracked": np.array(1),
        "statistics_norm.weight": ones,
        "statistics_norm.bias": zeros,
        "statistics_norm.running_mean": zeros,
        "statistics_norm.running_var": np.full(4, variance),
        "statistics_norm.num_batches_tracked": np.array(1),
        "output.weight": np.eye(4, dtype=np.float32),
        "output.bias": np.arange(4, dtype=np.float32),
    }
    soft, loud = 1 / (1 + np.e), np.e / (1 + np.e)
    deviation = np.sqrt(soft * loud + 1e-4)
    found = StatisticsEncoder(shape, weights).embed(np.array([[[20.0], [40.0]]], np.float32))
    np.testing.assert_allclose(found, [[loud, 1 + soft, 2 + deviation, 3 + deviation]], rtol=1e-5)


DAMAGES: dict[str, tuple[Any, str]] = {
    "a weight is missing": (lambda weights: weights.pop("output.bias"), "output.bias is missing"),
    "a weight too many": (
        lambda weights: weights.update(more=np.ones(1, np.float32)),
        "more is missing, or should not",
    ),
    "another shape": (lambda weights: weights.update({"output.bias": np.ones(4, np.float32)}), r"of shape \(4,\)"),
    "another type": (lambda weights: weights.update({"output.bias": np.ones(3)}), "output.bias is float64"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_weights_that_do_not_fit_are_refused(damage: str) -> None:
    weights = weights_of(network())
    harm, said = DAMAGES[damage]
    harm(weights)
    with pytest.raises(ValueError, match=said):
        StatisticsEncoder(SHAPE, weights)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "movement"),
        ("cepstra", 5.0),
        ("cepstra", True),
        ("embedding", 0),
        ("bins", "8"),
        ("frames", math.inf),
        ("dropout", None),
        ("dropout", math.nan),
        ("normalise", "false"),
        ("normalise", 1),
        ("heads", 4),
        ("means", 3),
        ("means", -1),
        ("means", True),
    ],
)
def test_a_shape_that_is_none_of_such_a_network_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"network.{name} is "):
        StatisticsEncoder(SHAPE | {name: value}, weights_of(network()))
    with pytest.raises(ValueError, match="network.dropout is missing"):
        StatisticsEncoder({key: one for key, one in SHAPE.items() if key != "dropout"}, weights_of(network()))


def test_what_is_computed_with_cannot_be_changed() -> None:
    weights = weights_of(network())
    light = StatisticsEncoder(SHAPE, weights)
    before = light.embed(clips(2))
    weights["output.bias"][:] = 9
    np.testing.assert_array_equal(light.embed(clips(2)), before)
    assert not np.isin(light.weights["output.bias"], 9).any()
    with pytest.raises(ValueError, match="read-only"):
        light.weights["output.bias"][:] = 9
