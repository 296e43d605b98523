import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.errors import BadInputError
from pipeline.studies.summary import summary
from tests.conftest import ROOT

KINDS = (EMBEDDING, *BASELINES)


def run(value: float, way: str = "the default") -> dict[str, Any]:
    vectors = {kind: {"singer": {"value": value}, "eer": {"value": value / 10}} for kind in KINDS}
    seed = round(10 * value)
    return {"way": way, "seed": seed, "device": "abacus", "vectors": vectors, "chance": {"singer": 0.04}}


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Work in a folder with the results of a run, and those of two that stand in README."""
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    found = {
        "eer": 0.05,
        "eer_mfcc": 0.25,
        "singer": 0.625,
        "singer_mfcc": 0.375,
        "singer_chance": 0.05,
        "test_loss": 0.2,
    }
    Path("metrics").mkdir()
    Path("metrics/summary.json").write_text(json.dumps(found))
    return {
        "seeds": [3, 4],
        "ways": ["the default", "another"],
        "runs": [run(0.5), run(0.8), run(0.1, "another")],
    }


def test_figures_of_this_run_stand_beside_mean_and_range_of_the_default(seeds: dict[str, Any]) -> None:
    Path("metrics/seeds.json").write_text(json.dumps(seeds))
    said = [line.split() for line in summary().splitlines()]
    assert ["embedding,", "singer", "0.62", "0.65", "0.50", "to", "0.80"] in said
    assert said[3][1:] == ["EER", "across", "songs,", "%", "5.0", "6.5", "5.0", "to", "8.0"]
    assert ["MFCC", "means,", "singer", "0.38", "0.65", "0.50", "to", "0.80"] in said
    assert said[5][:-5] == ["MFCC", "means,", "EER", "across", "songs,", "%"]
    assert said[5][-5] == "25.0"
    assert ["chance,", "singer", "0.05", "0.04", "0.04", "to", "0.04"] in said


def test_what_to_do_next_is_said(seeds: dict[str, Any]) -> None:
    Path("metrics/seeds.json").write_text(json.dumps(seeds))
    assert "no run was finished here (report/index.html is missing)" in summary()
    assert "git add" not in summary()
    Path("report").mkdir()
    Path("report/index.html").touch()
    said = summary()
    assert "open report/index.html" in said
    assert "git add dvc.lock metrics params.yaml && git commit" in said
    assert "this run: seed 0, mel; mean and range: 2 runs of seeds 5, 8 (abacus)" in said


def test_without_runs_of_the_default_the_run_stands_alone(seeds: dict[str, Any]) -> None:
    Path("metrics/seeds.json").write_text(json.dumps(seeds | {"runs": [run(0.1, "another")]}))
    assert ["embedding,", "singer", "0.62", "-", "-"] in [line.split() for line in summary().splitlines()]


def test_before_make_seeds_the_run_stands_alone_and_that_is_said(seeds: dict[str, Any]) -> None:
    said = summary()
    assert ["embedding,", "singer", "0.62", "-", "-"] in [line.split() for line in said.splitlines()]
    assert "there is no range yet: make seeds" in said


def test_missing_metrics_name_their_command(seeds: dict[str, Any]) -> None:
    Path("metrics/summary.json").unlink()
    with pytest.raises(BadInputError, match=r"metrics/summary.json: no such file; run `dvc repro summary`"):
        summary()
