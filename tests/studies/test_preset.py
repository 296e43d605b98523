import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.studies import preset
from pipeline.studies.runs import Experiment
from tests.conftest import ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the project's parameters and presets."""
    for name in ("params.yaml", "presets"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Machine:
    """Stands for DVC: remembers what is run, and holds a model and a card for each revision."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.planned: list[Experiment] = []
        self.ran: list[str] = []
        self.done: dict[str, str] = {}
        for name in ("experiment_of", "find_experiment", "run_experiment", "read_output", "locked"):
            monkeypatch.setattr(preset, name, getattr(self, name))
        monkeypatch.setattr(preset, "check_committed", lambda: None)

    def experiment_of(self, label: str, settings: dict[str, Any], targets: tuple[str, ...]) -> Experiment:
        self.planned.append(Experiment(f"{label}-0123abcd", settings, targets))
        return self.planned[-1]

    def find_experiment(self, experiment: Experiment) -> str | None:
        return self.done.get(experiment.name)

    def run_experiment(self, experiment: Experiment, lock: str) -> str:
        assert lock == f"locked {experiment.name.removesuffix('0123abcd')}"
        self.ran.append(experiment.name)
        self.done[experiment.name] = f"commit of {experiment.name}"
        return self.done[experiment.name]

    def read_output(self, revision: str, path: str) -> bytes:
        return f"{path} at {revision}".encode()

    @contextmanager
    def locked(self, prefix: str) -> Iterator[str]:
        yield f"locked {prefix}"


@pytest.fixture
def machine(here: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["preset", *arguments])
    try:
        preset.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


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


def test_the_choirs_model_becomes_the_one_in_the_package(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "best") == 0
    assert machine.planned[0].settings["network.normalise"] is True
    assert machine.planned[0].targets == ("statistics", "release")
    made = Path("singing_style/models/choir.safetensors")
    assert made.read_text() == "release/singing-style.safetensors at commit of best-0123abcd"
    assert made.with_suffix(".md").read_text() == "release/CARD.md at commit of best-0123abcd"
    assert f"singing-style embed take.wav -m {made}" in capsys.readouterr().out


def test_a_finished_run_is_not_repeated(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.done["best-0123abcd"] = "an older commit"
    assert call(monkeypatch, "best") == 0
    assert machine.ran == []
    assert "an older commit" in Path("singing_style/models/choir.safetensors").read_text()


def test_with_a_real_corpus_the_packages_model_stays(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("data/raw/ravdess-song").mkdir(parents=True)
    assert call(monkeypatch, "best", "--real", "ravdess-song") == 0
    assert machine.planned[0].settings["corpus.name"] == ["demo", "ravdess-song"]
    assert Path("models/best-ravdess-song.safetensors").exists()
    assert not Path("singing_style").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bset"], "presets/bset.yaml: no such file; there are ablation, best, seeds"),
        (["best", "--real", "vocalset"], "data/raw/vocalset: no such folder; bring it in: make corpus NAME=vocalset"),
        (["best", "--real", "ravdes"], "corpus.name"),
        (["ablation"], "presets/ablation.yaml: holds no parameters"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    assert call(monkeypatch, *arguments) == 1
    assert machine.ran == []
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
