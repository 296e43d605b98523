import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.studies import preset
from tests.conftest import ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the project's parameters and presets."""
    for name in ("params.yaml", "presets"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, list[str]]:
    called: list[list[str]] = []

    def note(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        called.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", note)
    monkeypatch.setattr(sys, "argv", ["preset", *arguments])
    with pytest.raises(SystemExit) as ended:
        preset.main()
    return int(ended.value.code or 0), called[0] if called else []


def test_the_preset_best_changes_what_it_says_and_nothing_else(here: Path) -> None:
    settings = preset.read_preset("best")
    assert settings["train.loss"] == "supervised_contrastive"
    changed = preset.with_preset(settings, "best").model_dump()
    default = load_params().model_dump()

    def leaves(tree: Any, above: str = "") -> dict[str, Any]:
        if not isinstance(tree, dict):
            return {above: tree}
        return {k: v for name, its in tree.items() for k, v in leaves(its, f"{above}.{name}".strip(".")).items()}

    before, after = leaves(default), leaves(changed)
    assert {name for name in after if after[name] != before[name]} <= set(settings)


def test_it_runs_as_one_experiment_with_the_real_corpus_beside_the_choir(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "data/raw/ravdess-song").mkdir(parents=True)
    status, command = run(monkeypatch, "best", "--real", "ravdess-song")
    assert status == 0
    assert command[1:7] == ["-m", "dvc", "exp", "run", "--force", "--name"]
    assert command[7] == "best"
    assert "corpus.name=[demo,ravdess-song]" in command
    assert "network.normalise=true" in command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bset"], "presets/bset.yaml: no such file; there are ablation, best"),
        (["best", "--real", "vocalset"], "data/raw/vocalset: no such folder; bring it in: make corpus NAME=vocalset"),
        (["best", "--real", "ravdes"], "corpus.name"),
        (["ablation"], "presets/ablation.yaml: holds no parameters"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    assert run(monkeypatch, *arguments) == (1, [])
    error = capsys.readouterr().err
    assert error.startswith("preset: error: ")
    assert said in error
    assert error.count("\n") == 1


def test_an_unknown_parameter_of_a_preset_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "params.yaml").symlink_to(ROOT / "params.yaml")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets/mine.yaml").write_text("train:\n  los: contrastive\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInputError, match=r"mine: train.los: unknown parameter; did you mean loss\?"):
        preset.with_preset(preset.read_preset("mine"), "mine")
