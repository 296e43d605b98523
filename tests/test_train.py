import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import torch

from pipeline import embed, train
from pipeline.errors import BadInputError, Interrupted
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.factory import load_model
from pipeline.nn.training.whitening import whiten_output
from pipeline.runtime.interruption import Interruption
from pipeline.runtime.scratch import declared_sources
from pipeline.runtime.stage import fresh_folder
from pipeline.storage.shard import ShardRecording, read_shards, write_shards
from tests.conftest import ROOT, SetParams

pytestmark = pytest.mark.pipeline
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
def workplace(set_params: SetParams, monkeypatch: pytest.MonkeyPatch) -> SetParams:
    """Shards of three parts: three singers a part, two songs, two clips of 16 frames a recording."""
    monkeypatch.delenv("DVC_ROOT", raising=False)
    set_params(TINY)
    write_parts(dict.fromkeys("abc", 2))
    return set_params


def write_parts(clips: dict[str, int]) -> None:
    """Write shards in which a singer has so many clips in each of two songs, or one clip of one song."""
    folder = fresh_folder(Path("data/shards"))
    generator = np.random.default_rng(0)
    for split in ("train", "validation", "test"):
        recordings = [
            ShardRecording(
                f"{split}-{singer}-{song}",
                f"{split}-{singer}",
                f"{split}-{song}",
                generator.uniform(0, 60, (24, 12)).astype(np.float16),
                np.array([0, 8], np.int32)[:number],
            )
            for singer, number in clips.items()
            for song in ("xy" if number > 1 else "x")
        ]
        write_shards(folder, split, recordings, feature="mel", clip_frames=16, max_frames=10_000)


def test_writes_model_history_and_report(workplace: SetParams) -> None:
    said = train.main()
    assert said.startswith("6 epochs at ")
    report = json.loads(Path("models/style/training.json").read_text())
    history, validation = (pd.read_csv(f"models/style/{name}.csv") for name in ("history", "validation"))
    assert history["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert validation["step"].tolist() == [3, 6]
    assert report["validation_loss"] == validation["loss"].min()
    best = validation["step"][int(validation["loss"].argmin())]
    assert report["best_epoch"] == report["kept_epoch"] == best
    assert report["steps"] == 6
    assert (report["feature"], report["epochs"], report["precision"]) == ("mel", 6, "float32")
    assert (report["validation_measure"], report["constant_loss"]) == ("contrastive loss", 0.25)


def test_twice_gives_the_same_bytes(workplace: SetParams) -> None:
    train.main()
    first = {path.name: path.read_bytes() for path in Path("models/style").iterdir()}
    train.main()
    assert {path.name: path.read_bytes() for path in Path("models/style").iterdir()} == first


def models() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path("models/style").iterdir()}


def interrupt_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Interruption, "reason", lambda _: "SIGTERM")
        with pytest.raises(Interrupted):
            train.main()


def test_interrupted_and_started_again_it_ends_with_the_same_bytes(
    workplace: SetParams, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main()
    whole = models()
    for path in Path("models/style").iterdir():
        path.unlink()
    reasons = iter([None, None, None, "SIGTERM", None, "SIGTERM"])
    with monkeypatch.context() as patch:
        patch.setattr(Interruption, "reason", lambda _: next(reasons))
        for epoch in (4, 6):
            with pytest.raises(Interrupted, match=rf"interrupted at epoch {epoch} \(SIGTERM\); run the same command"):
                train.main()
            assert not list(Path("models/style").iterdir())
    train.main()
    assert models() == whole
    said = capsys.readouterr().out
    assert "carrying on from epoch 4, step 4\n" in said
    assert "carrying on from epoch 6, step 6\n" in said
    assert list(Path(".scratch").iterdir()) == []


@pytest.mark.parametrize("loss", ["supervised_contrastive", "prototypical", "margin_softmax"])
def test_a_loss_over_groups_is_validated_by_error_rate_and_carries_on_to_the_same_bytes(
    workplace: SetParams, loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace(TINY | {"train.loss": loss, "train.cross_song": 1.0, "train.schedule": "one_cycle", "train.keep": "last"})
    said, whole = train.main(), models()
    report, validation = json.loads(whole["training.json"]), pd.read_csv("models/style/validation.csv")
    last = validation["loss"].iloc[-1]
    assert (report["validation_measure"], report["constant_loss"]) == ("equal error rate", 0.5)
    assert (report["validation_loss"], report["kept_epoch"]) == (last, 6)
    assert f"of epoch 6, validation equal error rate {last:.4f} (a constant embedding has 0.5000)" in said
    reasons = iter([None, None, None, "SIGTERM"])
    with monkeypatch.context() as patch:
        patch.setattr(Interruption, "reason", lambda _: next(reasons))
        with pytest.raises(Interrupted, match="interrupted at epoch 4"):
            train.main()
    train.main()
    assert models() == whole
    embed.main()
    metrics = json.loads(Path("metrics/training.json").read_text())
    assert (metrics["constant_loss"], metrics["test_constant_loss"]) == (0.5, 0.25)


def test_the_last_layer_alone_is_whitened_and_by_the_training_part(workplace: SetParams) -> None:
    workplace(TINY | {"network.normalise": True})
    train.main()
    network, _ = load_model(Path("models/style"))
    clips = read_shards(Path("data/shards"), "train")
    whiten_output(network, ClipBank(clips, torch.device("cpu")), clips.singer, torch.device("cpu"))
    workplace(TINY | {"network.normalise": True, "train.whiten": True})
    train.main()
    whitened = load_model(Path("models/style"))[0].state_dict()
    assert all(torch.equal(value, whitened[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("loss", ["contrastive", "prototypical"])
def test_corpora_are_told_by_the_names_of_singers(workplace: SetParams, loss: str) -> None:
    write_parts(dict.fromkeys(["old::a", "old::b", "new::c"], 2))
    workplace(TINY | {"train.loss": loss, "train.within_corpus": 1.0})
    if loss == "contrastive":
        assert train.main()
        return
    with pytest.raises(BadInputError, match="corpus train-new: train.within_corpus 1 needs two usable singers"):
        train.main()


@pytest.mark.parametrize(
    ("change", "name"),
    [({"train.l2": 1e-5}, "train.l2"), ({"seed": 1}, "seed"), ({"network.dropout": 0.2}, "network.dropout")],
)
def test_with_another_parameter_it_starts_afresh_and_says_so(
    workplace: SetParams,
    change: dict[str, Any],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    workplace(TINY | change)
    train.main()
    expected = models()
    workplace(TINY)
    interrupt_first_step(monkeypatch)
    workplace(TINY | change)
    train.main()
    assert models() == expected
    assert f"which reached step 1, differs in {name}\n" in capsys.readouterr().out


def test_with_other_data_it_starts_afresh_and_says_so(
    workplace: SetParams, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt_first_step(monkeypatch)
    shard = Path("data/shards/train-000.h5")
    with h5py.File(shard, "a") as content:
        content["frames"][0, 0] += 1
    train.main()
    assert "differs in shards\n" in capsys.readouterr().out


def test_with_other_code_it_starts_afresh_and_says_so(
    workplace: SetParams, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt_first_step(monkeypatch)
    assert "pipeline/analysis/error_curve.py" in declared_sources("train")  # it decides which weights are kept
    monkeypatch.setattr(
        train, "declared_sources", lambda stage: declared_sources(stage) | {"pipeline/nn/loss.py": "new"}
    )
    train.main()
    assert "which reached step 1, differs in code\n" in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_with_a_checkpoint(workplace: SetParams, number: signal.Signals) -> None:
    workplace(TINY | {"train.max_epochs": 10**6, "train.validate_every": 10**6, "train.patience": 10**6})
    command = [sys.executable, "-m", "pipeline.train"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        while run.poll() is None and not list(Path(".scratch").glob("train-*/0*.json")):
            time.sleep(0.05)
        run.send_signal(number)
        said, told = run.communicate(timeout=60)
    assert run.returncode == 130, told
    line = told.splitlines()[-1]
    assert re.fullmatch(rf"train: interrupted at epoch \d+ \({number.name}\); run the same command to carry on", line)
    assert said == ""
    assert not Path("models/style").exists()


def test_what_should_not_pass_unseen_is_in_summary_and_report(workplace: SetParams) -> None:
    """A network that stays as it was drawn, its embeddings all but equal, and a singer with one clip."""
    write_parts({"a": 2, "b": 2, "c": 1})
    workplace(TINY | {"train.learning_rate": 1e-12, "train.validate_every": 1, "train.margin": 1000.0})
    said = train.main()
    assert "; warning: collapsed: the mean squared distances of same-singer" in said
    assert "; warning: 1 training singer is in no same-singer pair (train-c): add another clip of each" in said
    report = json.loads(Path("models/style/training.json").read_text())
    assert (report["health"], report["singers_without_pair"]) == ("collapsed", 1)


def test_records_the_environment(workplace: SetParams) -> None:
    workplace(TINY | {"train.threads": 1})
    train.main()
    environment = json.loads(Path("models/style/environment.json").read_text())
    assert (environment["threads"], environment["precision"]) == (1, "float32")
    assert environment["packages"]["torch"] == json.loads(Path("models/style/training.json").read_text())["torch"]


def test_another_seed_gives_another_network(workplace: SetParams) -> None:
    train.main()
    first = Path("models/style/style.safetensors").read_bytes()
    workplace(TINY | {"seed": 1})
    train.main()
    assert Path("models/style/style.safetensors").read_bytes() != first


def test_shards_of_another_feature_are_refused(workplace: SetParams) -> None:
    workplace(TINY | {"feature": "cqt"})
    with pytest.raises(BadInputError, match=r"data/shards: holds mel, not cqt; run `dvc repro shards`"):
        train.main()
