import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.alone import alone, peak_mebibytes
from benchmarks.results import Results, add_apart, render
from benchmarks.row import FASTER, Row

pytestmark = pytest.mark.pipeline

KEYS = {"what", "against", "unit", "value", "least", "greatest", "repetitions", "at_least", "at_most", "growth", "met"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a quick run of the cheapest benchmark."""
    folder = tmp_path_factory.mktemp("results")
    main(["--quick", "--only", "shards", "--out", str(folder)])
    return folder


def read(folder: Path) -> Any:
    return json.loads((folder / "results.json").read_text())


def test_rows_say_what_was_measured_and_whether_it_suffices(folder: Path) -> None:
    results = read(folder)
    disk, in_memory, mapped = results["rows"]["shards"]
    assert all(set(row) == KEYS for row in (disk, in_memory, mapped))
    assert (disk["unit"], disk["at_least"], disk["met"]) == ("x smaller", 8, disk["value"] >= 8)
    # 30 s are 1292 frames: at most 21 clips of 256 frames in float32 against all frames in float16, and tables
    assert 1 < disk["value"] < 2 * 21 * 256 / 1292
    for row in (in_memory, mapped):
        assert 0 < row["least"] <= row["value"] <= row["greatest"]
        assert row["repetitions"] == 10
    assert {"processor", "cores", "memory_gib", "python", "torch", "precision"} < set(results["machine"])
    assert results["quick"] is True


def test_the_table_is_made_from_the_results_alone(folder: Path, tmp_path: Path) -> None:
    results = Results.read(folder)
    row = replace(results.rows["shards"][0], value=9.876, least=9.876, greatest=9.876)
    missing = Row.of("training step, GPU", "plain layers", FASTER, []).should(be_at_least=10)
    growing = replace(Row.of("pairs, 32", "the same of 4", "x the time", [8.0]), growth={"1": 1.0, "2": 2.0, "8": 8.0})
    Results(results.machine, False, {"shards": [row], "training": [missing], "growth": [growing]}).write(tmp_path)
    table = (tmp_path / "RESULTS.md").read_text()
    assert f"| {row.what} | clips copied in float32 | 9.88 x smaller |  | 1 | at least 8 | yes |" in table
    assert "| training step, GPU | plain layers | not measured |  |  | at least 10 |  |" in table
    assert f"- processor: {results.machine['processor']}" in table
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")
    assert "](growth.svg)" in (tmp_path / "RESULTS.md").read_text()
    assert (tmp_path / "growth.svg").stat().st_size > 1000
    (tmp_path / "RESULTS.md").unlink()
    render(tmp_path)
    assert (tmp_path / "RESULTS.md").read_text() == table


def test_results_of_another_machine_or_of_a_quick_run_are_not_mixed_in(folder: Path, tmp_path: Path) -> None:
    machine = Results.read(folder).machine
    assert list(Results.begin(folder, machine, quick=True).rows) == ["shards"]
    assert Results.begin(folder, machine, quick=False).rows == {}
    assert Results.begin(folder, {"processor": "another"}, quick=True).rows == {}
    assert Results.begin(tmp_path, machine, quick=True).rows == {}


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row.of("a", "b", FASTER, [9.0, 11.0, 10.0]).should(be_at_least=10), True),
        (Row.of("a", "b", FASTER, [9.0, 9.9, 12.0]).should(be_at_least=10), False),
        (Row.of("a", "b", "of the time", [0.03]).should(be_at_most=0.03), True),
        (Row.of("a", "b", "of the time", [0.031]).should(be_at_most=0.03), False),
        (Row.of("a", "b", FASTER, []).should(be_at_least=10), None),
        (Row.of("a", "b", FASTER, [1.0]), None),
    ],
)
def test_the_median_is_held_against_the_target(row: Row, met: bool | None) -> None:
    assert row.met is met
    assert Row.from_plain(json.loads(json.dumps(row.to_plain()))) == row


def hold(mebibytes: int) -> float:
    assert len(b"x" * mebibytes * 2**20) == mebibytes * 2**20
    return peak_mebibytes()


def test_a_process_of_its_own_knows_nothing_of_its_parents_memory() -> None:
    assert hold(600) > 600
    assert 0 < alone(hold, 0) < 600 < alone(hold, 600)


def test_rows_of_another_command_keep_their_machine_whatever_is_measured_later(folder: Path, tmp_path: Path) -> None:
    rows = [Row.of("training step, float32", "by itself", "ms", [3.0])]
    machine = Results.read(folder).machine
    Results(machine, False, {"shards": Results.read(folder).rows["shards"]}).write(tmp_path)
    add_apart(tmp_path, "gpu", {"device": "a GPU"}, rows, quick=False)
    add_apart(tmp_path, "damp", machine, rows, quick=False)
    begun = Results.begin(tmp_path, {"processor": "another"}, quick=False)
    assert begun.rows == {}
    assert {name: one.rows for name, one in begun.elsewhere.items()} == {"gpu": rows, "damp": rows}
    table = (tmp_path / "RESULTS.md").read_text()
    assert "| training step, float32 | by itself | 3 ms |  | 1 |  |  |" in table.split("benchmarks.gpu`")[1]
    assert "- device: a GPU" in table
    assert "## Shards" in table
