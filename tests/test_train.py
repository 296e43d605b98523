import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import embed, train
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from pipeline.storage.shard import Recording, write_shards
from tests.conftest import SetParams

TINY = {
    "network.channels": 8,
    "network.bottleneck": 4,
    "network.cardinality": 2,
    "network.hidden": 16,
    "network.embedding": 4,
    "train.pairs": 8,
    "train.max_epochs": 6,
    "train.validate_every": 3,
    "train.validation_pairs": 32,
    "train.precision": "float32",
}


@pytest.fixture
def workplace(set_params: SetParams) -> SetParams:
    """Shards of three parts: three singers a part, two songs, two clips of 16 frames a recording."""
    set_params(TINY)
    folder = Path("data/shards")
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    for split in ("train", "validation", "test"):
        recordings = [
            Recording(
                f"{split}-{singer}-{song}",
                f"{split}-{singer}",
                f"{split}-{song}",
                generator.uniform(0, 60, (24, 12)).astype(np.float16),
                np.array([0, 8], np.int32),
            )
            for singer in "abc"
            for song in "xy"
        ]
        write_shards(folder, split, recordings, feature="mel", clip_frames=16, max_frames=10_000)
    return set_params


def test_writes_model_history_and_report(workplace: SetParams) -> None:
    said = train.main()
    assert said.startswith("6 epochs at ")
    report = json.loads(Path("models/training.json").read_text())
    history, validation = (pd.read_csv(f"models/{name}.csv") for name in ("history", "validation"))
    assert history["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert validation["step"].tolist() == [3, 6]
    assert report["validation_loss"] == validation["loss"].min()
    assert report["best_epoch"] == validation["step"][int(validation["loss"].argmin())]
    assert (report["feature"], report["epochs"], report["precision"]) == ("mel", 6, "float32")
    assert report["collapse_loss"] == 0.25


def test_twice_gives_the_same_bytes(workplace: SetParams) -> None:
    train.main()
    first = {path.name: path.read_bytes() for path in Path("models").iterdir()}
    train.main()
    assert {path.name: path.read_bytes() for path in Path("models").iterdir()} == first


def test_another_seed_gives_another_network(workplace: SetParams) -> None:
    train.main()
    first = Path("models/style.safetensors").read_bytes()
    workplace(TINY | {"seed": 1})
    train.main()
    assert Path("models/style.safetensors").read_bytes() != first


def test_shards_of_another_feature_are_refused(workplace: SetParams) -> None:
    workplace(TINY | {"feature": "cqt"})
    with pytest.raises(BadInputError, match=r"data/shards: holds mel, not cqt; run `dvc repro shards`"):
        train.main()


def test_the_test_part_is_embedded_and_its_loss_is_exact(workplace: SetParams) -> None:
    train.main()
    embed.main()
    clips = Collection.load(Path("data/embeddings/clips.npz"))
    assert clips.vectors.shape == (12, 4)
    assert clips.start.tolist() == [0, 8] * 6
    d = ((clips.vectors[:, None].astype(float) - clips.vectors[None]) ** 2).sum(2)
    same = clips.singer[:, None] == clips.singer[None]
    distinct = ~np.eye(12, dtype=bool)
    expected = 0.25 * d[same & distinct].mean() + 0.25 * np.maximum(0, 1 - d[~same]).mean()
    metrics = json.loads(Path("metrics/training.json").read_text())
    assert metrics["test_loss"] == pytest.approx(expected, abs=1e-6)
    assert metrics["attention"] is True
    performances = Collection.load(Path("data/embeddings/performances.npz"))
    np.testing.assert_allclose(performances.vectors[0], clips.vectors[:2].mean(0), rtol=1e-5)
    assert Path("metrics/plots/losses.png").stat().st_size > 1000


def test_a_model_of_another_feature_is_refused(workplace: SetParams) -> None:
    train.main()
    configuration = Path("models/style.json")
    configuration.write_text(configuration.read_text().replace('"mel"', '"cqt"'))
    with pytest.raises(BadInputError, match="models: was trained on cqt, data/shards holds mel"):
        embed.main()
