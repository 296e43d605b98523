"""`make judge` on a made-up corpus of five singers, one of them silent, and a model that has learned nothing."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch

from pipeline.analysis.collection import Collection
from pipeline.corpora.datasets import demo
from pipeline.model.calibration import Calibration
from pipeline.model.listening import Listening
from pipeline.model.model_file import write_model_file
from pipeline.model.network_encoder import weights_of
from pipeline.nn.networks.factory import seeded_network
from pipeline.params import load_params
from pipeline.sections.listening import listening_of
from pipeline.studies import judge
from pipeline.studies.anchors.anchor import find_anchors
from pipeline.studies.heard import everybody, load_table
from pipeline.studies.judge_measures import MODEL
from pipeline.studies.judge_table import judged_differences, judged_outline, judged_table, remarks
from pipeline.studies.judge_vectors import JudgedModel, hear_recordings, make_vectors
from singing_style import StyleModel
from tests.conftest import ROOT
from tests.studies.anchors.graphs import loudness_and_mean
from tests.tiny_repository import set_params

pytestmark = pytest.mark.slow

SHAPE: dict[str, Any] = {
    "kind": "statistics",
    "frames": 256,
    "bins": 96,
    "cepstra": 10,
    "dropout": 0.0,
    "embedding": 8,
    "normalise": True,
}
FEW = {"ablation.corpus": "manifest", "statistics.draws": 100, "knn.chance_draws": 10}
# The model finds the voice in another way than params.yaml.
KINDS = ["model", "baseline", "baseline_without_chroma", "mfcc_means", "mfcc_means_heard_alike", "untrained", "onnx"]
SILENT = "manifest.eve"


@dataclass(frozen=True)
class Workplace:
    """A folder with params.yaml, a corpus, a model file and an encoder of somebody's own."""

    folder: Path
    model: Path
    encoder: Path


def write_corpus(folder: Path) -> None:
    """Render four singers with two songs each, the second one sung softly, and a silent fifth."""
    folder.mkdir(parents=True)
    table = demo.render(
        ROOT / "data/raw/demo",
        folder,
        singers={"train": 4, "validation": 0, "test": 0},
        songs={"train": 2, "validation": 0, "test": 0},
        seconds=7.0,
        seed=5,
        max_bad_share=0.0,
    )
    emotion = np.where(table["song"] == table["song"].min(), "happy", "calm")
    rows = table[["path", "singer", "song", "recording"]].assign(style_emotion=emotion)
    soundfile.write(folder / "eve.flac", np.zeros(7 * 22050), 22050)
    silent = {"path": "eve.flac", "singer": "eve", "song": "none", "recording": "eve", "style_emotion": "sad"}
    pd.concat([rows, pd.DataFrame([silent])]).to_csv(folder / "manifest.csv", index=False)


def write_model(path: Path, listening: Listening) -> None:
    network = seeded_network(SHAPE, np.random.SeedSequence(3), torch.device("cpu"))
    write_model_file(path, weights_of(network), SHAPE, listening, Calibration.unknown("nothing"), {"licence": "none"})


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("judge")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
        set_params(folder / "params.yaml", FEW)
        write_corpus(folder / "data/raw/manifest")
        p = load_params()
        listening = listening_of(p.seed, p.feature, p.resample, p.frames, p.voice, p.clips, p.features)
        model = folder / "mine.safetensors"
        write_model(model, listening.model_copy(update={"voice_method": "periodicity"}))
        yield Workplace(folder, model, loudness_and_mean(folder / "loud.onnx"))


@pytest.fixture(scope="module")
def judged(workplace: Workplace) -> dict[str, Any]:
    return judge.judge_model(workplace.model, load_params(), find_anchors(packaged=False, onnx=workplace.encoder))


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Run the program, and return the one line in which it fails."""
    monkeypatch.setattr(sys, "argv", ["judge", *options])
    with pytest.raises(SystemExit) as stop:
        judge.main()
    assert stop.value.code == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if "recordings/s" not in line]
    assert len(lines) == 1
    return lines[0]


def test_every_kind_of_vectors_is_judged_through_every_channel(judged: dict[str, Any]) -> None:
    assert (judged["corpus"], judged["singers"], judged["songs"]) == ("manifest", 5, 3)
    assert judged["anchors"] == {"onnx": "loud.onnx"}
    assert list(judged["conditions"]) == ["as_recorded", "microphones", "telephones"]
    for found in judged["conditions"].values():
        assert list(found["vectors"]) == KINDS
        assert list(found["model_less"]) == KINDS[1:]
        for figures in (*found["vectors"].values(), *found["model_less"].values()):
            assert set(figures) == {"eer", "eer_loud_soft", "singer_cross_song"}


def test_what_one_kind_of_vectors_cannot_use_is_left_out_of_all_and_named(judged: dict[str, Any]) -> None:
    """Four singers with two songs: of different songs, 4 pairs of one singer and 12 of two, all loud against soft."""
    found = judged["conditions"]["as_recorded"]
    assert found["left_out"] == [SILENT]
    assert found["performances"] == 8
    assert found["pairs"]["eer"] == found["pairs"]["eer_loud_soft"] == {"targets": 4, "nontargets": 12}
    assert found["chance"]["singer_cross_song"] == 0.25


def test_a_difference_is_that_of_the_figures(judged: dict[str, Any]) -> None:
    for found in judged["conditions"].values():
        for name, its in found["model_less"].items():
            for of, less in its.items():
                apart = found["vectors"]["model"][of]["value"] - found["vectors"][name][of]["value"]
                assert less["value"] == pytest.approx(apart, abs=2e-4)


def test_judged_again_it_gives_the_same(judged: dict[str, Any], workplace: Workplace) -> None:
    anchors = find_anchors(packaged=False, onnx=workplace.encoder)
    assert judge.judge_model(workplace.model, load_params(), anchors) == judged


def test_the_models_vectors_are_those_of_the_package_that_users_import(workplace: Workplace) -> None:
    params, model = load_params(), JudgedModel.load(workplace.model)
    folder = workplace.folder / "alike"
    table = load_table("manifest", folder / "corpus", params, split=everybody)
    heard = hear_recordings(table, folder, model.content.listening, params, "alike")
    vectors = make_vectors(heard, folder, model, {}, params)[MODEL]
    users = StyleModel.load(workplace.model)
    assert model.identity == users.identity
    paths = dict(zip(heard["recording"], heard["path"], strict=True))
    for name, vector in zip(vectors.recording, vectors.vectors, strict=True):
        np.testing.assert_allclose(vector, users.embed(paths[name]).vector, atol=2e-3)


def test_the_effort_is_read_from_the_emotion() -> None:
    table = pd.DataFrame({"recording": ["b", "a", "c", "d"], "style_emotion": ["sad", "angry", "bored", np.nan]})
    names = np.array(list("abcd"))
    rows = Collection(np.zeros((4, 1), np.float32), names, names, names, np.zeros(4, np.int32))
    assert judge.efforts(table, rows).tolist() == ["loud", "soft", "", ""]
    assert judge.efforts(table[["recording"]], rows).tolist() == [""] * 4


def test_another_model_is_written_where_it_is_said_and_only_there(
    judged: dict[str, Any], workplace: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(judge, "judge_model", lambda *_: judged)
    monkeypatch.setattr(sys, "argv", ["judge", "--model", "mine.safetensors"])
    judge.main()
    said = capsys.readouterr().out
    assert judged_table(judged) in said
    assert judged_differences(judged) in said
    assert "| as recorded | `loud.onnx` |" in said
    assert "encoders of others: loud.onnx" in said
    assert f"as recorded: 8 performances, 0 by telephone; left out: {SILENT}" in said
    assert not Path("metrics").exists()
    monkeypatch.setattr(sys, "argv", ["judge", "--model", "mine.safetensors", "--output", "mine.json"])
    judge.main()
    assert Path("mine.json").is_file()


def test_the_figures_of_the_documents_are_written_with_speech_encoders_alone(
    judged: dict[str, Any], workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a run without them would take their rows out of the documents."""
    monkeypatch.setattr(judge, "judge_model", lambda *_: judged)
    monkeypatch.setattr(judge, "find_anchors", lambda *_: [])
    for options, written in (([], False), (["--anchors", "--onnx", "loud.onnx"], False), (["--anchors"], True)):
        monkeypatch.setattr(sys, "argv", ["judge", *options])
        judge.main()
        assert Path("metrics/judge.json").exists() == written


def test_where_no_file_can_be_written_is_told_before_the_work(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(monkeypatch, capsys, "--model", "mine.safetensors", "--output", str(workplace.folder))
    assert said.startswith(f"judge: error: {workplace.folder}: ")


def test_what_is_missing_is_one_line(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "none.safetensors: no such model file" in run(monkeypatch, capsys, "--model", "none.safetensors")
    Path("torn.safetensors").write_bytes(workplace.model.read_bytes()[:-100])
    assert "torn.safetensors: not a whole model" in run(monkeypatch, capsys, "--model", "torn.safetensors")
    assert "none.onnx: No such file" in run(monkeypatch, capsys, "--model", "mine.safetensors", "--onnx", "none.onnx")
    set_params(workplace.folder / "params.yaml", {"ablation.corpus": "vocalset"})
    try:
        said = run(monkeypatch, capsys, "--model", "mine.safetensors")
    finally:
        set_params(workplace.folder / "params.yaml", FEW)
    assert "data/raw/vocalset: no such folder; bring it in: make corpus NAME=vocalset FROM=/path/to/folder" in said


def test_too_few_singers_are_one_line(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    three = pd.DataFrame({"recording": list("abc"), "singer": list("xyz"), "song": list("sst")})
    monkeypatch.setattr(judge, "load_table", lambda *_, **__: three)
    said = run(monkeypatch, capsys, "--model", "mine.safetensors")
    assert said.startswith("judge: error: data/raw/manifest: 3 singers, too few for intervals over singers")


def test_a_table_by_hand() -> None:
    whole, bare = {"value": 0.1234, "low": 0.1, "high": 0.2}, {"value": -0.5}
    found = {
        "performances": 7,
        "telephones": 3,
        "left_out": [],
        "vectors": {"model": {"eer": whole, "singer_cross_song": whole}},
        "model_less": {"mfcc_means": {"eer": bare, "singer_cross_song": whole}},
        "chance": {"eer": 0.5, "singer_cross_song": 0.25},
    }
    names = ("as_recorded", "microphones", "telephones")
    content: dict[str, Any] = {
        "model": "0123456789",
        "trained_on": "demo",
        "corpus": "c",
        "singers": 4,
        "songs": 2,
        "halves": False,
        "anchors": {"onnx": "mine.onnx", "resemblyzer": "Resemblyzer 1"},
        "conditions": dict.fromkeys(names, found),
    }
    lines = judged_table(content).splitlines()
    assert lines[0] == "| heard | vectors | EER across songs, % | right singer, same-song neighbours excluded, % |"
    assert lines[2:4] == [
        "| as recorded | the model | 12.3 (10.0 to 20.0) | 12.3 (10.0 to 20.0) |",
        "| as recorded | chance | 50.0 | 25.0 |",
    ]
    assert len(lines) == 2 + 3 * 2
    less = judged_differences(content).splitlines()
    assert less[2] == "| as recorded | MFCC means | -50.0 | +12.3 (+10.0 to +20.0) |"
    assert list(remarks(content)) == [
        "c: 4 singers, 2 songs; model 01234567",
        "as recorded: 7 performances, 3 by telephone",
        "microphones and rooms: 7 performances, 3 by telephone",
        "half by telephone: 7 performances, 3 by telephone",
        "encoders of others: mine.onnx, Resemblyzer 1",
        "no figures 'EER, loud against soft': no such pairs",
        "no figures 'EER, different melodies': no such pairs",
    ]
    said = list(remarks(content | {"trained_on": "demo, c"}))
    assert said[1] == "not unheard: this model was trained on demo, c, and the figures flatter it"


def test_the_outline_by_hand() -> None:
    whole, bare = {"value": 0.1234, "low": 0.1, "high": 0.2}, {"value": -0.5}
    found = {
        "vectors": {
            "model": {"eer": whole, "singer_cross_song": whole},
            "baseline": {"eer": bare},
            "mfcc_means": {"eer": bare},
            "resemblyzer": {"eer": whole},
        },
        "model_less": {"mfcc_means": {"eer": whole}, "resemblyzer": {"eer": bare}},
    }
    outline = judged_outline({"conditions": dict.fromkeys(("as_recorded", "microphones", "telephones"), found)})
    interval = "12.3 (10.0 to 20.0)"
    assert outline.splitlines() == [
        "| EER across songs, % | as recorded | microphones and rooms | half by telephone |",
        "| --- | --- | --- | --- |",
        f"| the model | {interval} | {interval} | {interval} |",
        "| MFCC means | -50.0 | -50.0 | -50.0 |",
        f"| Resemblyzer, a speech encoder | {interval} | {interval} | {interval} |",
        "| the model less MFCC means | +12.3 (+10.0 to +20.0) | +12.3 (+10.0 to +20.0) | +12.3 (+10.0 to +20.0) |",
        "| the model less Resemblyzer, a speech encoder | -50.0 | -50.0 | -50.0 |",
        "| goal, at most | 9 | 11 | 15 |",
        f"| the model: right singer, same-song neighbours excluded, % | {interval} | {interval} | {interval} |",
    ]
