import json
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import gpu, gpu_checks
from benchmarks.gpu import SMALL, main
from benchmarks.gpu_checks import CPU, TOLERANCES, check
from benchmarks.memory import noise_trainer
from pipeline.nn.training.trainer import Trainer

pytestmark = pytest.mark.slow


def test_without_a_gpu_it_says_so_in_a_line_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    main(["--out", str(tmp_path)])
    assert capsys.readouterr().out == gpu.NONE + "\n"
    assert not list(tmp_path.iterdir())


def test_on_a_processor_the_same_runs_small(tmp_path: Path) -> None:
    main(["--device", "cpu", "--out", str(tmp_path)])
    found = json.loads((tmp_path / "results.json").read_text())["elsewhere"]["gpu"]
    rows = {row["what"]: row for row in found["rows"]}
    checked = [row for row in found["rows"] if row["against"] == "the processor, float32"]
    assert {row["what"].split(",")[0] for row in checked} == set(TOLERANCES[torch.float32])
    assert all(row["met"] for row in checked)
    assert rows["waits for the GPU within a training step"]["value"] is None
    assert sum("training of a variant of `make paper`" in what for what in rows) == 1
    assert "## By `python -m benchmarks.gpu`" in (tmp_path / "RESULTS.md").read_text()


@pytest.mark.parametrize(
    ("weight", "off"),
    [("output.weight", ["vectors", "gradients", "distances over 5 steps"]), ("stem.norm.running_mean", [])],
)
def test_a_device_that_computes_something_else_is_found(
    monkeypatch: pytest.MonkeyPatch, weight: str, off: list[str]
) -> None:
    """A weight of one side is wrong. In training no running statistic is used, and embedding compares equal weights."""
    made: list[Trainer] = []

    def spoilt(**arguments: Any) -> Trainer:
        trainer = genuine(**arguments)
        if not made:
            with torch.no_grad():
                trainer.network.state_dict()[weight].mul_(2)
        made.append(trainer)
        return trainer

    genuine = noise_trainer
    monkeypatch.setattr(gpu_checks, "noise_trainer", spoilt)
    rows = check(CPU, torch.float32, SMALL.changes)
    assert [row.what.removesuffix(", float32") for row in rows if not row.met] == off
