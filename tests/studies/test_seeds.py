import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.analysis.baselines import BASELINES
from pipeline.errors import BadInputError
from pipeline.params import Params, load_params
from pipeline.studies import kept_runs, seeds
from pipeline.studies.runs import Experiment
from pipeline.studies.seeds import KEPT, choose_runs, collect, plan_runs, read_ways
from pipeline.studies.seeds_table import held_table, rivals_table, seeds_differences_table, seeds_table
from tests.conftest import ROOT

ROWS = """
- name: the default
- name: another
  precisions: [float32]
  settings:
    network: {embedding: 64}
    train.margin: 2.0
"""


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """Two seeds and two precisions; fingerprints that are always the same."""
    monkeypatch.chdir(tmp_path)
    Path("presets").mkdir()
    Path("presets/seeds.yaml").write_text(ROWS)
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    monkeypatch.setattr(
        seeds, "experiment_of", lambda label, settings, targets: Experiment(f"{label}-0", settings, targets)
    )
    params = load_params()
    return params.model_copy(update={"seeds": params.seeds.model_copy(update={"values": (7, 8)})})


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The experiments that are done, each with the share of performances whose singer its embedding finds."""
    shares: dict[str, float] = {}
    monkeypatch.setattr(kept_runs, "find_experiment", lambda its: its.name if its.name in shares else None)

    def read(revision: str, path: str) -> Any:
        if path == "metrics/training.json":
            return {"device": "abacus", "epochs": 300}
        if path == "metrics/probe.json":
            held, lost = ({"r2": 0.2, "low": low, "high": 0.3} for low in (0.1, -0.1))
            breathy = {"style_vibrato_rate_hz": lost, "style_breathiness_db": held, "f0_median_midi": held}
            return dict.fromkeys(BASELINES, breathy) | {"embedding": breathy | {"style_tilt_db_per_octave": held}}
        assert path == "metrics/statistics.json"
        value = {"value": shares[revision], "low": 0.0, "high": 1.0}
        plain = {"value": 0.5, "low": 0.4, "high": 0.6}
        less = {"value": -0.1, "low": -0.2, "high": -0.05}
        return {
            "chance": {"singer": {"k01": 0.04}},
            "accuracy": {
                "embedding": {"singer": {"k01": value}},
                **{name: {"singer": {"k01": plain}} for name in BASELINES},
            },
            "verification": {name: {"across_songs": {"eer": {"value": 0.125}}} for name in ("embedding", *BASELINES)},
            "gain_over": {name: {"singer": {"k01": value}} for name in BASELINES},
            "eer_less": {name: {"across_songs": less} for name in BASELINES},
        }

    monkeypatch.setattr(seeds, "read_committed", read)
    monkeypatch.setattr(seeds, "commit_of", lambda revision: "c0ffee5")
    curve = b"step,loss,constant_loss,equal_error_rate\n150,0.1,0.25,0.3\n300,0.05,0.25,0.123456\n"
    monkeypatch.setattr(seeds, "read_output", lambda revision, path: curve)
    return shares


def test_runs_go_seed_by_seed_and_set_what_their_row_sets(params: Params) -> None:
    runs = plan_runs(params)
    assert [str(run) for run in runs[:3]] == [
        "the default, seed 7, bfloat16",
        "the default, seed 7, float32",
        "another, seed 7, float32",
    ]
    assert len(runs) == 6
    assert runs[2].experiment.name == "seeds-1-s7-float32-0"
    assert runs[2].experiment.settings == {
        "network.embedding": 64,
        "train.margin": 2.0,
        "seed": 7,
        "train.precision": "float32",
    }


def test_means_and_ranges_by_hand(params: Params, done: dict[str, float]) -> None:
    runs = plan_runs(params)
    done |= {runs[0].experiment.name: 0.9, runs[1].experiment.name: 0.6, runs[4].experiment.name: 0.75}
    said = seeds_table(collect(runs, {runs[3].experiment.name: "train: error: it diverged"}, params)).splitlines()
    assert said[0] == (
        "| 1-nearest neighbour | runs | commit | singer | EER across songs | parameters of style held, of 3 |"
    )
    assert said[2] == "| the default | 3 of 4 | c0ffee5 | 0.75 (0.60 to 0.90) | 12.5 % | 2 |"
    assert said[3] == "| another | 0 of 2 | - | - | - | - |"
    assert "| MFCC means | 2 of 2 seeds | c0ffee5 | 0.50 | 12.5 % | 1 |" in said
    assert "| untrained network | 2 of 2 seeds | c0ffee5 | 0.50 | 12.5 % | 1 |" in said
    assert "| chance |  |  | 0.04 | 50 % | 0 |" in said


def test_baselines_are_of_any_way_but_the_untrained_network_is_of_the_first(
    params: Params, done: dict[str, float]
) -> None:
    done[plan_runs(params)[2].experiment.name] = 0.9
    said = seeds_table(collect(plan_runs(params), {}, params)).splitlines()
    assert "| MFCC means | 1 of 2 seeds | c0ffee5 | 0.50 | 12.5 % | 1 |" in said
    assert "| untrained network | 0 of 2 seeds | - | - | - | - |" in said


def test_what_is_missing_is_said_and_enters_no_mean(params: Params, done: dict[str, float]) -> None:
    runs = plan_runs(params)
    done[runs[0].experiment.name] = 0.9
    tree = collect(runs, {runs[3].experiment.name: "train: error: it diverged"}, params)
    assert len(tree["missing"]) == 5
    assert tree["missing"]["the default, seed 8, bfloat16"] == "train: error: it diverged"
    assert tree["missing"]["another, seed 8, float32"] == "not run"
    assert "| the default | 1 of 4 | c0ffee5 | 0.90 | 12.5 % | 2 |" in seeds_table(tree)


def test_differences_are_listed_run_by_run(params: Params, done: dict[str, float]) -> None:
    runs = plan_runs(params)
    done[runs[2].experiment.name] = 0.25
    said = seeds_differences_table(collect(runs, {}, params)).splitlines()
    assert said[2:] == ["| another | 7 | float32 | +0.25 (+0.00 to +1.00) | -10.0 (-20.0 to -5.0) % |"]


def test_rivals_stand_seed_by_seed_where_both_were_run(params: Params, done: dict[str, float]) -> None:
    """The default ran in both precisions, the other in float32 alone."""
    runs = plan_runs(params)
    done |= {run.experiment.name: share for run, share in zip(runs[:3], (0.9, 0.5, 0.75), strict=True)}
    said = rivals_table(collect(runs, {}, params), ["another", "the default"]).splitlines()
    assert said[2:] == [
        "| another | 7 | float32 | 0.75 (0.00 to 1.00) | 12.5 % | 2 |",
        "| the default | 7 | float32 | 0.50 (0.00 to 1.00) | 12.5 % | 2 |",
    ]


def test_parameters_of_style_are_named_that_every_run_holds_or_some(params: Params, done: dict[str, float]) -> None:
    runs = plan_runs(params)
    done |= {runs[0].experiment.name: 0.9, runs[1].experiment.name: 0.6}
    results = collect(runs, {}, params)
    results["runs"][1]["style"]["embedding"]["held"].append("vibrato rate")
    said = held_table(results).splitlines()
    assert said[2] == "| the default | 2 | breathiness, tilt | vibrato rate |"
    assert "| MFCC means | 1 | breathiness | none |" in said
    assert not any("untrained" in line for line in said)


def test_another_clone_carries_on_from_the_committed_results(params: Params, done: dict[str, float]) -> None:
    runs = plan_runs(params)
    done[runs[0].experiment.name] = 0.9
    collect(runs, {}, params)
    done.clear()  # a clone has no experiments
    assert KEPT.hold(runs[0])
    assert not KEPT.hold(runs[1])
    done[runs[1].experiment.name] = 0.6
    tree = collect(runs, {}, params)
    assert [run["vectors"]["embedding"]["singer"]["value"] for run in tree["runs"]] == [0.9, 0.6]
    assert json.loads(Path("metrics/seeds.json").read_text()) == tree


def test_the_curve_over_steps_is_kept(params: Params, done: dict[str, float]) -> None:
    runs = plan_runs(params)
    done[runs[0].experiment.name] = 0.9
    (run,) = collect(runs, {}, params)["runs"]
    assert run["validation"] == {"step": [150, 300], "loss": [0.1, 0.05], "equal_error_rate": [0.3, 0.1235]}


def test_a_row_that_was_renamed_keeps_its_results(params: Params, done: dict[str, float]) -> None:
    done[plan_runs(params)[0].experiment.name] = 0.9
    collect(plan_runs(params), {}, params)
    Path("presets/seeds.yaml").write_text(ROWS.replace("the default", "the recipe"))
    said = seeds_table(collect(plan_runs(params), {}, params))
    assert "| the recipe | 1 of 4 | c0ffee5 | 0.90 | 12.5 % | 2 |" in said


@pytest.fixture
def moved_on(params: Params, done: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> Params:
    """The sources after one run of the default was kept, and the experiments are gone."""
    runs = plan_runs(params)
    done[runs[0].experiment.name] = 0.9
    collect(runs, {}, params)
    done.clear()
    monkeypatch.setattr(
        seeds, "experiment_of", lambda label, settings, targets: Experiment(f"{label}-1", settings, targets)
    )
    return params


def test_what_was_run_on_an_earlier_commit_stands_with_that_commit_until_it_is_run_anew(
    moved_on: Params, done: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprints = {"c0ffee5": "0"}
    monkeypatch.setattr(kept_runs, "fingerprint", lambda commit, targets, settings: fingerprints[commit])
    runs = plan_runs(moved_on)
    assert not KEPT.hold(runs[0])
    assert "| the default | 1 of 4 | c0ffee5 | 0.90 | 12.5 % | 2 |" in seeds_table(collect(runs, {}, moved_on))
    done |= {runs[0].experiment.name: 0.6, runs[1].experiment.name: 0.8}
    monkeypatch.setattr(seeds, "commit_of", lambda revision: "decade1")
    said = seeds_table(collect(runs, {}, moved_on))
    assert "| the default | 2 of 4 | decade1 | 0.70 (0.60 to 0.80) | 12.5 % | 2 |" in said


def test_results_of_other_parameters_do_not_count(moved_on: Params, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_runs, "fingerprint", lambda commit, targets, settings: "another")
    with pytest.raises(BadInputError, match="no run is done: the default, seed 7, bfloat16: not run"):
        collect(plan_runs(moved_on), {}, moved_on)


def test_a_row_or_a_precision_can_be_run_alone(params: Params) -> None:
    runs = plan_runs(params)
    assert choose_runs(runs, None, None) == runs
    assert [str(run) for run in choose_runs(runs, "another", None)] == [
        "another, seed 7, float32",
        "another, seed 8, float32",
    ]
    assert len(choose_runs(runs, "the default", "bfloat16")) == 2
    with pytest.raises(BadInputError, match="no run of 'another' in 'bfloat16'; rows are the default, another; prec"):
        choose_runs(runs, "another", "bfloat16")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("name: x", "must be a list of rows, each with a name"),
        ("- {name: x, setings: {}}", "row 'x': unknown setings; known are settings and precisions"),
        ("- name: x\n- name: x", "row 'x' appears twice; give each row its own name"),
        ("- {name: x, precisions: [float16]}", "row 'x': precisions must be of bfloat16, float32, which seeds.prec"),
        ("- {name: x, precisions: []}", "row 'x': precisions must be of bfloat16, float32"),
        ("- {name: x, settings: {train.lost: 1}}", "seeds.yaml: x: .*lost"),
        ("- {name: x, settings: {corpus.demo.effort: 9}}", "seeds.yaml: x: corpus.demo.effort"),
    ],
)
def test_faulty_rows_are_named(rows: str, fault: str, params: Params) -> None:
    Path("presets/seeds.yaml").write_text(rows)
    with pytest.raises(BadInputError, match=fault):
        read_ways(params)


def test_the_rows_of_the_project_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ways = read_ways(load_params())
    assert ways[0].settings == {}
    assert len(ways) == 5
