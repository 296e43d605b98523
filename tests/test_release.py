import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline import release
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from pipeline.nn.networks.factory import save_model, seeded_network
from pipeline.storage.shard import ShardRecording, write_shards
from singing_style.model import StyleModel

SHAPE = {
    "frames": 32,
    "bins": 16,
    "attention": True,
    "channels": 8,
    "bottleneck": 8,
    "cardinality": 4,
    "hidden": 16,
    "dropout": 0.1,
    "embedding": 4,
}
FILES = ("release/singing-style.safetensors", "release/CARD.md", "metrics/calibration.json")


@pytest.fixture
def repository(tmp_path: Path, set_params: Callable[[dict[str, Any]], None]) -> Path:
    """What the stages before leave: singers of the validation part who differ in where their energy lies."""
    set_params({"clips.frames": 32, "clips.min_voiced": 16, "features.bins": 16, "embed.threads": 1})
    for folder in ("data/shards", "data/embeddings", "models/style", "metrics"):
        Path(folder).mkdir(parents=True)
    generator = np.random.default_rng(0)
    write_shards(
        Path("data/shards"),
        "validation",
        [_recording(singer, song, generator) for singer in range(3) for song in "xy"],
        feature="mel",
        clip_frames=32,
        max_frames=10_000,
    )
    network = seeded_network(SHAPE, np.random.SeedSequence(0), torch.device("cpu"))
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    save_model(Path("models/style"), weights, {"feature": "mel", "network": SHAPE})
    Path("models/style/training.json").write_text(json.dumps({"feature": "mel", "network": SHAPE, "epochs": 7}))
    Path("models/style/environment.json").write_text(json.dumps({"packages": {"torch": "2.13.0"}}))
    Path("metrics/knn.json").write_text(json.dumps({"embedding": {"singer": {"k01": 0.5}}}))
    _performances([0.0, 0.1, 5.0, 5.1]).save(Path("data/embeddings/performances.npz"))
    return tmp_path


def _recording(singer: int, song: str, generator: np.random.Generator) -> ShardRecording:
    frames = generator.uniform(0, 10, (64, 16))
    frames[:, 5 * singer : 5 * singer + 5] += 45
    return ShardRecording(
        f"{singer}-{song}", f"singer{singer}", song, frames.astype(np.float16), np.array([0, 32], np.int32)
    )


def _performances(places: list[float]) -> Collection:
    """Two singers with two songs each, in two dimensions; places are those of ann's x and y and ben's x and y."""
    vectors = np.stack([np.array(places), np.zeros(4)], axis=1)
    names, singers, songs = (
        np.array(["a", "b", "c", "d"]),
        np.array(["ann", "ann", "ben", "ben"]),
        np.array(list("xyxy")),
    )
    return Collection(vectors, names, singers, songs, np.zeros(4, np.int32))


def test_the_release_is_the_trained_network_with_what_it_needs(repository: Path) -> None:
    said = release.main()
    model = StyleModel.load(FILES[0])
    assert (model.listening.clip_frames, model.listening.bins, model.listening.rate) == (32, 16, 22050)
    assert (model.calibration.pairs, model.calibration.singers) == (9, 3)  # 3 targets, 3 x 2 nontargets across songs
    assert model.calibration.corpus == "demo, validation part"
    assert model.card["licence"] == "Apache-2.0"
    assert model.card["metrics"]["knn"] == {"singer": {"k01": 0.5}}
    assert model.card["training"] == {"epochs": 7}
    assert model.identity in Path(FILES[1]).read_text()
    assert said.startswith(f"release/singing-style.safetensors, model {model.identity[:8]}; same singer within ")
    assert Path("metrics/plots/calibration.png").read_bytes().startswith(b"\x89PNG")


def test_the_judgement_by_hand(repository: Path) -> None:
    release.main()
    metrics = json.loads(Path(FILES[2]).read_text())
    line = StyleModel.load(FILES[0]).calibration
    same, different = line.probability(0.1), line.probabilities([4.9, 5.1])
    by_hand = -0.5 * np.log(same) - 0.25 * np.log(1 - different).sum()
    assert metrics["test"]["log_loss"] == pytest.approx(by_hand, abs=2e-4)
    assert metrics["test"]["brier"] == pytest.approx(0.5 * (1 - same) ** 2 + 0.25 * (different**2).sum(), abs=2e-4)
    assert metrics["test"]["misses"] == float(line.threshold < 0.1)
    assert metrics["test"]["false_alarms"] == pytest.approx(np.mean(np.array([4.9, 5.1]) <= line.threshold))
    assert (metrics["test"]["pairs"], metrics["test"]["singers"]) == (4, 2)
    assert metrics["validation"]["threshold"] == pytest.approx(line.threshold, abs=1e-4)


def test_without_pairs_to_judge_by_it_is_calibrated_all_the_same(repository: Path) -> None:
    performances = Collection.load(Path("data/embeddings/performances.npz"))
    replace(performances, song=np.array(list("xxxx"))).save(Path("data/embeddings/performances.npz"))
    said = release.main()
    reason = "data/embeddings: no two performances of different songs by the same singer"
    assert said.endswith(f"; not judged: {reason}")
    assert json.loads(Path(FILES[2]).read_text())["test"] == {"not_judged": reason}
    assert StyleModel.load(FILES[0]).calibration.pairs == 9
    assert Path("metrics/plots/calibration.png").read_bytes().startswith(b"\x89PNG")


def test_without_pairs_to_learn_from_every_probability_is_a_half(repository: Path) -> None:
    generator, folder = np.random.default_rng(0), Path("data/shards")
    one_song_each = [_recording(singer, "x", generator) for singer in range(3)]
    write_shards(folder, "validation", one_song_each, feature="mel", clip_frames=32, max_frames=10_000)
    reason = "data/shards, validation part: no two performances of different songs by the same singer"
    assert release.main().endswith(f"; not calibrated: {reason}")
    calibration = StyleModel.load(FILES[0]).calibration
    assert not calibration.known
    assert (calibration.probability(0.0), calibration.probability(9.0), calibration.probability(1.0, 0.1)) == (
        pytest.approx((0.5, 0.5, 0.1))
    )
    assert reason in Path(FILES[1]).read_text()


def test_of_several_corpora_the_card_names_all_and_the_calibration_those_with_pairs(
    repository: Path, set_params: Callable[[dict[str, Any]], None]
) -> None:
    """The validation part has three singers of the demo with two songs, and two of the other corpus with one."""
    values = {"clips.frames": 32, "clips.min_voiced": 16, "features.bins": 16, "embed.threads": 1}
    set_params(values | {"corpus.name": ["demo", "vocalset"]})
    generator = np.random.default_rng(0)
    demo = [_recording(singer, song, generator) for singer in range(3) for song in "xy"]
    real = [replace(_recording(singer, "x", generator), name=f"r{singer}") for singer in range(2)]
    named = [
        replace(one, singer=f"{corpus}::{one.singer}", song=f"{corpus}::{one.song}")
        for corpus, part in (("demo", demo), ("vocalset", real))
        for one in part
    ]
    write_shards(Path("data/shards"), "validation", named, feature="mel", clip_frames=32, max_frames=10_000)
    alone = {"demo": {"embedding": {"singer": {"k01": 0.25}}}}
    Path("metrics/knn.json").write_text(json.dumps({"embedding": {"singer": {"k01": 0.5}}, "corpora": alone}))
    release.main()
    model = StyleModel.load(FILES[0])
    assert (model.calibration.corpus, model.calibration.pairs) == ("demo, validation part", 9)
    assert model.card["corpus"] == "demo, vocalset"
    assert model.card["licence"].startswith("the terms of the corpus vocalset decide")
    assert "| knn_by_corpus.demo.singer.k01 | 0.25 |" in Path(FILES[1]).read_text()


def test_the_same_inputs_give_the_same_bytes(repository: Path) -> None:
    files = (*FILES, "metrics/plots/calibration.png", "metrics/plots/calibration.svg")
    release.main()
    before = [Path(name).read_bytes() for name in files]
    release.main()
    assert [Path(name).read_bytes() for name in files] == before


def test_a_model_of_another_feature_is_refused(repository: Path, set_params: Callable[[dict[str, Any]], None]) -> None:
    set_params({"feature": "cqt", "clips.frames": 32, "clips.min_voiced": 16, "features.bins": 16})
    with pytest.raises(BadInputError, match="models/style: was trained on mel, not cqt"):
        release.main()
    assert not Path("release").exists()
