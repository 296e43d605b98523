"""Two processes on this machine that train on one batch, against one process with the whole of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pipeline import train
from pipeline.errors import BadInputError
from pipeline.nn.pairs import Pairs
from pipeline.nn.processes import Processes
from tests.conftest import ROOT, SetParams
from tests.test_train import TINY, write_parts

CPU = torch.device("cpu")


def torchrun(expect: int = 0) -> str:
    """Train with two processes in the working folder."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, "-m", "pipeline.train"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is (expect == 0), done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_batch_is_shared_with_as_many_pairs_of_each_kind() -> None:
    batch = Pairs(np.arange(8), np.arange(8, 16), np.arange(8) < 4)
    one, other = (Processes(number, 2, CPU).share(batch) for number in (0, 1))
    assert (one.first.tolist(), other.first.tolist()) == ([0, 2, 4, 6], [1, 3, 5, 7])
    assert (one.second.tolist(), other.second.tolist()) == ([8, 10, 12, 14], [9, 11, 13, 15])
    assert one.same.tolist() == other.same.tolist() == [True, True, False, False]


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    Processes(0, 3, CPU).check(12)
    with pytest.raises(BadInputError, match="32 pairs cannot be shared by 3 processes; use a multiple of 6"):
        Processes(0, 3, CPU).check(32)


def test_alone_nothing_is_sent() -> None:
    alone = Processes.join(CPU)
    rows = torch.arange(3)
    assert alone.first
    assert alone.gather(rows) is rows
    assert alone.total(rows) is rows
    assert alone.broadcast([1.0]) == [1.0]
    assert (alone.any(here=True), alone.any(here=False)) == (True, False)


@pytest.mark.pipeline
def test_two_processes_go_the_way_of_one(set_params: SetParams, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without dropout: losses, gradients and validations agree as far as single precision goes."""
    monkeypatch.delenv("DVC_ROOT", raising=False)
    set_params(TINY | {"network.dropout": 0.0, "train.learning_rate": 0.001})
    write_parts(dict.fromkeys("abc", 2))
    train.main()
    alone = {name: pd.read_csv(f"models/style/{name}.csv") for name in ("history", "validation")}
    said = torchrun()
    assert "process 2 of 2 finished" in said
    assert json.loads(Path("models/style/environment.json").read_text())["processes"] == 2
    for name, expected in alone.items():
        together = pd.read_csv(f"models/style/{name}.csv")
        assert list(together) == list(expected)
        np.testing.assert_allclose(together.to_numpy(), expected.to_numpy(), rtol=2e-3, atol=1e-5)


@pytest.mark.pipeline
def test_a_loss_over_groups_is_refused_in_one_line(set_params: SetParams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    set_params(TINY | {"train.loss": "prototypical"})
    write_parts(dict.fromkeys("abc", 2))
    assert "train: error: params.yaml: train.loss: prototypical compares all clips of a batch" in torchrun(expect=1)


@pytest.mark.pipeline
def test_with_dropout_each_process_has_its_own_masks_and_both_end_together(
    set_params: SetParams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    set_params(TINY | {"network.dropout": 0.5})
    write_parts(dict.fromkeys("abc", 2))
    torchrun()
    first = Path("models/style/history.csv").read_bytes()
    assert len(pd.read_csv("models/style/history.csv")) == 6
    torchrun()
    assert Path("models/style/history.csv").read_bytes() == first


@pytest.mark.pipeline
def test_pairs_that_cannot_be_shared_are_named_in_one_line(
    set_params: SetParams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    set_params(TINY | {"train.pairs": 6})
    write_parts(dict.fromkeys("abc", 2))
    assert "train: error: params.yaml: train.pairs: 6 pairs cannot be shared by 2 processes" in torchrun(expect=1)
