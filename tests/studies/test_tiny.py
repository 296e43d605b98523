from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.studies.fingerprint import git
from pipeline.studies.preset import PRESETS, read_preset, with_preset
from pipeline.studies.tiny import ENDING, PRESET, make_clone, run
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

DVC = """
stages:
  double:
    cmd: python double.py
    params: [x]
    deps: [double.py]
    outs: [double.txt]
"""
DOUBLE = """import sys
x = next(int(line[3:]) for line in open("params.yaml") if line.startswith("x: "))
if x < 0:
    sys.exit("double: error: params.yaml: x: must not be negative")
open("double.txt", "w").write(str(2 * x))
"""
PARAMS = "# How much.\nx: 1\nnote: a\n"


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a repository with one stage, which doubles a parameter."""
    (tmp_path / "clö ne").mkdir()
    monkeypatch.chdir(tmp_path / "clö ne")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ann")
    git("config", "user.email", "ann@example.org")
    Path(".dvc").mkdir()
    Path(".dvc/config").touch()
    Path(".dvc/.gitignore").write_text("/cache\n/tmp\n/config.local\n")
    ignored = "/.scratch\n/double.txt\n"
    for name, text in {"dvc.yaml": DVC, "params.yaml": PARAMS, "double.py": DOUBLE, ".gitignore": ignored}.items():
        Path(name).write_text(text)
    git("add", "-A")
    git("commit", "-q", "-m", "start")


def test_the_clone_runs_with_its_own_parameters_and_the_work_tree_stays_as_it_is() -> None:
    clone = Path(".scratch/tiny")
    make_clone(clone, {"x": 4})
    run(clone)
    assert (clone / "double.txt").read_text() == "8"
    assert (clone / "params.yaml").read_text() == PARAMS.replace("x: 1", "x: 4")
    assert git("-C", str(clone), "status", "--porcelain") == ""
    assert git("-C", str(clone), "show", "HEAD:dvc.lock")
    assert git("status", "--porcelain") == ""
    assert not Path("double.txt").exists()


def test_below_a_path_with_letters_beyond_ascii_dvc_finds_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Path(".venv/plots.html").absolute()
    template.parent.mkdir()
    template.touch()
    monkeypatch.setattr("pipeline.studies.tiny.OFFLINE", str(template))
    make_clone(Path("tiny"), {"x": 4})
    run(Path("tiny"))
    assert "html_template = ../../.venv/plots.html" in Path("tiny/.dvc/config.local").read_text()


def test_it_is_made_anew_of_a_newer_commit_and_of_no_other() -> None:
    clone = Path("tiny")
    make_clone(clone, {"x": 4})
    (clone / "tried").touch()
    make_clone(clone, {"x": 5})
    assert (clone / "tried").exists()
    git("commit", "-q", "--allow-empty", "-m", "newer")
    make_clone(clone, {"x": 5})
    assert not (clone / "tried").exists()
    assert YAML(typ="safe").load(clone / "params.yaml")["x"] == 5


def test_a_half_made_clone_is_made_anew() -> None:
    clone = Path("tiny")
    make_clone(clone, {"x": 4})
    git("-C", str(clone), "tag", "-d", "base")
    (clone / "params.yaml").unlink()
    make_clone(clone, {"x": 4})
    assert (clone / "params.yaml").exists()


def test_a_stage_that_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    make_clone(Path("tiny"), {"x": -1})
    with pytest.raises(BadInputError, match="dvc repro failed in tiny"):
        run(Path("tiny"))
    assert "double: error: params.yaml: x: must not be negative" in capfd.readouterr().err


def test_the_preset_is_tiny_and_what_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    default, tiny = load_params(), with_preset(read_preset(PRESET), str(PRESETS / "tiny.yaml"))
    assert (tiny.corpus.demo.singers.test, tiny.train.max_epochs) == (4, 4)
    assert "Four singers and four steps" in ENDING
    assert tiny.train.pairs * tiny.train.max_epochs < default.train.pairs * default.train.max_epochs / 100
