import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.corpora.datasets import demo
from pipeline.errors import BadInputError
from pipeline.nn.training.trained import EarlyStopping
from pipeline.params import override, parse_params, read_raw
from pipeline.studies import ablation
from pipeline.studies.preset import read_preset
from tests.tiny_repository import ROOT, Repository, set_params, start_repository

FEW: dict[str, Any] = {
    "corpus.demo.singers": {"train": 4, "validation": 2, "test": 2},
    "train.max_epochs": 4,
    "train.validate_every": 2,
}
SMALL: dict[str, Any] = {"ablation.corpus": "manifest", "ablation.folds": 2, "ablation.seeds": [0]}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("name: x\n", "must be a list of rows, each with a name"),
        ("- settings: {}\n", "must be a list of rows, each with a name"),
        ("- {name: x, corpora: [real, demo]}\n", "row 'x': corpora must be of choir, alike, real"),
        ("- {name: x, corpus: [real]}\n", "row 'x': unknown corpus; known are corpora and settings"),
        ("- {name: x}\n- {name: x}\n", "row 'x' appears twice"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, rows: str, said: str) -> None:
    (tmp_path / "rows.yaml").write_text(rows)
    with pytest.raises(BadInputError, match=said):
        ablation.read_variants(tmp_path / "rows.yaml")


def test_the_rows_of_the_project_are_whole_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    best = read_preset("best")
    rows = ablation.read_variants(ROOT / "presets/ablation.yaml")
    assert rows[0] == ablation.Variant("all of it", ("choir", "real"), {})
    raw = YAML(typ="safe").load(ROOT / "params.yaml")
    for row in rows:
        params = parse_params(override(raw, {**best, **row.settings}))
        for name, value in row.settings.items():
            section, _, field = name.partition(".")
            assert getattr(getattr(params, section), field) == value


def test_a_training_runs_to_its_end_whatever_its_patience() -> None:
    """It is validated once, at its end: until then there is no progress that could feed patience."""
    params = parse_params(override(read_raw(ROOT / "params.yaml"), {"train.max_epochs": 60, "train.patience": 50}))
    its = ablation._plan(params, seed=0).training
    assert (its.max_epochs, its.validate_every) == (60, 60)
    assert not EarlyStopping(its.patience, its.improvement).should_stop(59)


def test_the_table_gives_percent_with_intervals_where_they_exist() -> None:
    one = {"value": 0.1234, "low": 0.1, "high": 0.2}
    row = {"eer": one, "eer_pooled": {"value": 0.5}, "singer_cross_song": one, "song": one, "eer_by_seed": [0.1]}
    last = ablation.tabulate({"all of it": row}).splitlines()[-1]
    assert last == "| all of it | 12.3 (10.0 to 20.0) | 50.0 | 12.3 (10.0 to 20.0) | 12.3 (10.0 to 20.0) |"


@pytest.mark.pipeline
def test_stopped_and_called_again_it_trains_only_what_is_left(tmp_path: Path) -> None:
    """A real corpus of four singers and four songs, stood in for by another choir; two rows, one seed, two folds."""
    repository = start_repository(tmp_path, SMALL)
    shutil.copytree(ROOT / "presets", tmp_path / "presets")
    set_params(tmp_path / "presets/best.yaml", FEW)
    (tmp_path / "presets/ablation.yaml").write_text("- name: all of it\n- {name: the choir alone, corpora: [choir]}\n")
    _bring_in_singers(tmp_path / "data/raw/manifest")
    assert 1 <= _kill_once_one_is_kept(repository) < 6
    said = repository.type("python -m pipeline.studies.ablation")
    rows = repository.read("metrics/ablation.json")["rows"]
    handcrafted = ["handcrafted baseline", "baseline without chroma", "MFCC means"]
    assert list(rows) == [*handcrafted, "not trained", "all of it", "the choir alone"]
    for name, row in rows.items():
        assert f"| {name} | " in said
        assert 0 <= row["eer"]["value"] <= 1
    assert (tmp_path / "metrics/plots/ablation.png").stat().st_size > 10_000
    first = (tmp_path / "metrics/ablation.json").read_bytes()
    repository.type("python -m pipeline.studies.ablation")
    assert (tmp_path / "metrics/ablation.json").read_bytes() == first


def _kill_once_one_is_kept(repository: Repository) -> int:
    """Kill it as soon as the first of its six trainings is kept; give how many are."""
    entries = repository.folder / ".scratch/ablation-runs"
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.studies.ablation"],
        cwd=repository.folder,
        env=repository.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None and not list(entries.glob("*/entry.json")):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return len(list(entries.glob("*/entry.json")))


def _bring_in_singers(folder: Path) -> None:
    folder.mkdir(parents=True)
    table = demo.render(
        ROOT / "data/raw/demo",
        folder,
        singers={"train": 4, "validation": 0, "test": 0},
        songs={"train": 4, "validation": 0, "test": 0},
        seconds=7.0,
        seed=5,
        max_bad_share=0.0,
    )
    table[["path", "singer", "song"]].to_csv(folder / "manifest.csv", index=False)
