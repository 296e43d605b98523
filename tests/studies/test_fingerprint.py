import subprocess
from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from pipeline.studies.fingerprint import fingerprint, git

DVC = """
stages:
  corpus:
    cmd: make corpus
    desc: Gather
    params: [name, seed]
    deps:
    - raw/${name}
    - corpus.py
    outs: [data/corpus]
  train:
    cmd: make train
    params: [train.epochs]
    deps: [data/corpus, nn]
    outs:
    - models
    metrics:
    - loss.json:
        cache: false
  draw:
    cmd: make draw
    params: [colour]
    deps: [models, loss.json, draw.py, nn/a.py]
    outs: [figure]
"""
METRIC = "    metrics:\n    - loss.json:\n        cache: false\n"
PARAMS = "name: demo\nseed: 0\ncolour: red\ntrain:\n  epochs: 5\n  other: 1\n"


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ann")
    git("config", "user.email", "ann@example.org")
    files = {"dvc.yaml": DVC, "params.yaml": PARAMS, "raw/demo/score": "do re mi", "raw/mine.dvc": "md5: 1"}
    commit(files | {"corpus.py": "1", "nn/a.py": "2", "draw.py": "3", "README.md": "4"})


def commit(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    git("add", "-A")
    git("commit", "-q", "-m", "change")


@pytest.mark.parametrize(
    "change",
    [
        {"README.md": "5"},
        {"draw.py": "5"},
        {"params.yaml": PARAMS.replace("colour: red", "colour: blue").replace("other: 1", "other: 2")},
        {"dvc.yaml": DVC.replace("Gather", "Fetch").replace("make draw", "paint")},
        {"dvc.yaml": DVC.replace(METRIC, "    - loss.json:\n        cache: false\n")},
        {"dvc.yaml": DVC.replace(METRIC, "    metrics:\n    - loss.json\n")},
        {"dvc.yaml": DVC.replace(METRIC, "    plots: [{loss.json: {x: step, title: Loss}}]\n")},
    ],
)
def test_what_decides_nothing_leaves_it_as_it_is(change: dict[str, str]) -> None:
    commit(change)
    assert fingerprint("HEAD", ["train"], {}) == fingerprint("HEAD~", ["train"], {})


def test_a_folder_counts_whole_where_another_stage_reads_one_file_of_it() -> None:
    before = fingerprint("HEAD", ["draw"], {})
    commit({"nn/b.py": "5"})
    assert fingerprint("HEAD", ["draw"], {}) != before


@pytest.mark.parametrize(
    "change",
    [
        {"corpus.py": "5"},
        {"nn/b.py": "5"},
        {"raw/demo/score": "do re"},
        {"params.yaml": PARAMS.replace("epochs: 5", "epochs: 6")},
        {"params.yaml": PARAMS.replace("seed: 0", "seed: 1")},
        {"dvc.yaml": DVC.replace("make train", "make train --fast")},
        {"dvc.yaml": DVC.replace("loss.json", "error.json")},
        {"dvc.yaml": DVC.replace("cache: false", "persist: true")},
    ],
)
def test_a_change_before_the_target_changes_it(change: dict[str, str]) -> None:
    commit(change)
    assert fingerprint("HEAD", ["train"], {}) != fingerprint("HEAD~", ["train"], {})


def test_settings_are_as_if_they_were_committed() -> None:
    asked = fingerprint("HEAD", ["draw"], {"train.epochs": 7, "name": "mine"})
    commit({"params.yaml": PARAMS.replace("epochs: 5", "epochs: 7").replace("demo", "mine")})
    assert fingerprint("HEAD", ["draw"], {}) == asked


def test_data_that_dvc_tracks_counts_by_its_file() -> None:
    before = fingerprint("HEAD", ["train"], {"name": "mine"})
    commit({"raw/mine.dvc": "md5: 2"})
    assert fingerprint("HEAD", ["train"], {"name": "mine"}) != before


def test_faults_are_named() -> None:
    with pytest.raises(BadInputError, match="raw/opera: not in Git at HEAD, nor tracked by DVC"):
        fingerprint("HEAD", ["train"], {"name": "opera"})
    with pytest.raises(BadInputError, match="git show: .*nothing") as fault:
        fingerprint("nothing", ["train"], {})
    assert "\n" not in str(fault.value)


def test_git_answers_without_the_last_line_break() -> None:
    expected = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    assert git("rev-parse", "HEAD") + "\n" == expected
