from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from pipeline.errors import BadInputError
from pipeline.nn.networks.factory import KINDS, load_model, make_network, save_model, seeded_network
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.networks.statistics_network import StatisticsNetwork

LIGHT: dict[str, Any] = {
    "kind": "statistics",
    "frames": 12,
    "bins": 8,
    "cepstra": 5,
    "dropout": 0.1,
    "embedding": 4,
    "normalise": True,
}


def made(seed: int, **changed: int) -> StatisticsNetwork:
    network = seeded_network(LIGHT | changed, np.random.SeedSequence(seed), torch.device("cpu"))
    assert isinstance(network, StatisticsNetwork)
    return network


def test_a_shape_without_kind_is_the_papers() -> None:
    """Model files written before there were kinds say none."""
    sizes: dict[str, Any] = {"channels": 4, "bottleneck": 4, "cardinality": 2, "hidden": 8, "embedding": 3}
    assert isinstance(make_network({"frames": 8, "bins": 8, "attention": True, "dropout": 0, **sizes}), StyleNetwork)


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=f"'siamese' is not a kind of network; choose from {', '.join(KINDS)}"):
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


SHAPE: dict[str, Any] = {
    "frames": 8,
    "bins": 8,
    "attention": False,
    "channels": 4,
    "bottleneck": 4,
    "cardinality": 2,
    "hidden": 5,
    "dropout": 0.1,
    "embedding": 2,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    network = seeded_network(SHAPE, np.random.SeedSequence(0), torch.device("cpu"))
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    save_model(tmp_path, weights, {"feature": "mel", "network": SHAPE})
    return tmp_path


def test_a_saved_network_embeds_as_before(folder: Path) -> None:
    clips = torch.rand(3, 1, 8, 8)
    original = seeded_network(SHAPE, np.random.SeedSequence(0), torch.device("cpu")).eval()
    loaded, configuration = load_model(folder)
    assert configuration["feature"] == "mel"
    assert not loaded.training
    torch.testing.assert_close(loaded(clips), original(clips))


def test_saving_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    network, configuration = load_model(folder)
    again = tmp_path / "again"
    again.mkdir()
    save_model(again, {name: value.contiguous() for name, value in network.state_dict().items()}, configuration)
    for name in ("style.safetensors", "style.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("fault", ["missing", "truncated", "foreign", "unfitting", "featureless", "huge", "halved"])
def test_a_damaged_model_is_named(folder: Path, fault: str) -> None:
    weights, configuration = folder / "style.safetensors", folder / "style.json"
    if fault == "missing":
        weights.unlink()
    elif fault == "truncated":
        weights.write_bytes(weights.read_bytes()[:-7])
    elif fault == "foreign":
        configuration.write_text('{"network": {"layers": 3}}')
    elif fault == "featureless":
        configuration.write_text(configuration.read_text().replace('"feature"', '"future"'))
    elif fault == "halved":
        save_file({name: value.half() for name, value in load_file(weights).items()}, weights)
    else:
        hidden = {"unfitting": 6, "huge": 1_000_000}[fault]
        configuration.write_text(configuration.read_text().replace('"hidden": 5', f'"hidden": {hidden}'))
    with pytest.raises(BadInputError, match="not a whole model.*dvc repro train"):
        load_model(folder)
