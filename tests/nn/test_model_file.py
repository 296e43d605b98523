from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from pipeline.errors import BadInputError
from pipeline.nn.making import seeded_network
from pipeline.nn.model_file import load_model, save_model

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
