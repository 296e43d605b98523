import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.analysis.baselines import BASELINES
from pipeline.errors import BadInputError
from pipeline.params import Params, load_params
from pipeline.studies import kept_runs, paper_run
from pipeline.studies.paper_claims import variant_of
from pipeline.studies.paper_results import KEPT, claims_table, collect, describe_outcome
from pipeline.studies.paper_run import PaperRun
from pipeline.studies.runs import Experiment

ROOT = Path(__file__).parents[2]
SINGERS = ("A", "B", "C", "D")


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """Two seeds of mel, with attention and without; the defaults otherwise."""
    monkeypatch.chdir(tmp_path)
    params = load_params(ROOT / "params.yaml")
    paper = params.paper.model_copy(update={"features": ("mel",), "seeds": (0, 1), "epochs": 100})
    return params.model_copy(update={"paper": paper})


def run(attention: bool, seed: int) -> PaperRun:
    name = f"{'attention' if attention else 'flat'}-{seed}"
    return PaperRun(variant_of("mel", attention), seed, attention, Experiment(name, {}, ()))


RUNS = [run(attention, seed) for seed in (0, 1) for attention in (True, False)]
LOSSES = {"attention-0": 0.2, "flat-0": 0.3, "attention-1": 0.4, "flat-1": 0.3}
# At most 100
EPOCHS = {"attention-0": 100, "flat-0": 60, "attention-1": 100, "flat-1": 100}
# Whether the one performance of each singer is classified rightly, under both seeds
RIGHT = {"attention": (1, 1, 1, 1), "flat": (1, 0, 0, 0), "baseline": (0, 0, 0, 0)}


def share(kind: str) -> float:
    return sum(RIGHT[kind]) / len(SINGERS)


def read_json(revision: str, path: str) -> Any:
    kind = revision.partition("-")[0]
    if path == "metrics/training.json":
        loss = LOSSES[revision]
        size = 5321361 if kind == "attention" else 203499152
        machine = {"device": "abacus", "precision": "float32", "epochs": EPOCHS[revision]}
        return {"parameters": size, "validation_loss": loss, "test_loss": loss} | machine
    if path == "metrics/knn.json":
        accuracies = {"embedding": share(kind), **dict.fromkeys(BASELINES, share("baseline")), "chance": 0.1}
        return {name: {"singer": {"k01": value}} for name, value in accuracies.items()}
    return {
        "disentanglement": {"embedding": {"value": 0.5}},
        "verification": {"embedding": {"all": {"eer": {"value": 0.1}}, "across_songs": {"eer": {"value": 0.2}}}},
    }


def read_outcomes(revision: str) -> pd.DataFrame:
    rows = [
        (f"r{singer}", singer, vectors, "singer", 1, right)
        for vectors, kind in (("embedding", revision.partition("-")[0]), ("baseline", "baseline"))
        for singer, right in zip(SINGERS, RIGHT[kind], strict=True)
    ]
    return pd.DataFrame(rows, columns=["recording", "singer", "vectors", "task", "k", "right"])


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the experiments that are done; the commit of one is called as it is."""
    names = set(LOSSES)
    monkeypatch.setattr(kept_runs, "find_experiment", lambda its: its.name if its.name in names else None)
    monkeypatch.setattr(paper_run, "read_committed", read_json)
    monkeypatch.setattr(paper_run, "read_yaml", lambda revision, path: {"train": {"steps_per_epoch": 2}})
    monkeypatch.setattr(paper_run, "read_outcomes", read_outcomes)
    monkeypatch.setattr(paper_run, "commit_of", lambda revision: f"before {revision}")
    return names


@pytest.mark.slow
def test_all_runs_are_summed_up(params: Params, done: set[str]) -> None:
    said = collect(RUNS, {}, params).splitlines()
    for row in (
        "mel with attention | 2 of 2 | 200 | 5,321,361 | 5300k | 0.3000 (0.2000 to 0.4000) | 0.3315 | 1.00 | - | - | "
        "20.0 %",
        "mel without attention | 2 of 2 | 160 (120 to 200) | 203,499,152 | 200000k | 0.3000 | 0.3351 | 0.25 | - | - | "
        "20.0 %",
    ):
        assert f"| {row} |" in said
    assert "| baseline | 2 of 2 | - | - |  | - |  | 0.00 | - | - | - |" in said
    assert (
        "- in part: attention lowers the test loss of mel (1 of 2 seeds; "
        "mel with attention 0.300, mel without attention 0.300)"
    ) in said
    assert "of the paper's 1 rankings of table 1, 0 hold in every seed, 1 in some and 0 in none" in said
    # of the eight singers of both seeds three quarters gain, all of them lost nothing
    (line,) = [line for line in said if "attention finds the singer more often, mel" in line]
    assert (
        "(2 of 2 seeds; mel without attention 0.250, mel with attention 1.000); +75.0 points, 95 % over singers" in line
    )
    assert not [line for line in said if line.startswith("missing")]
    tree = json.loads(Path("metrics/paper.json").read_text())
    assert tree["variants"]["mel with attention"]["test_loss"] == {
        "seeds": 2,
        "mean": 0.3,
        "low": 0.2,
        "high": 0.4,
        "deviation": 0.1414,
    }
    assert tree["devices"] == ["abacus"]
    assert [run["experiment"] for run in tree["runs"]] == list(LOSSES)
    claims = {one["claim"]: one for one in tree["claims"]}
    assert claims["attention lowers the test loss of mel"]["held"] == 1
    assert "difference" not in claims["attention lowers the test loss of mel"]
    assert claims["mel with attention finds the singer more often than the baseline"]["difference"]["value"] == 1
    assert Path("metrics/plots/paper.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_singers_of_a_corpus_that_seeds_do_not_redraw_are_the_same(params: Params, done: set[str]) -> None:
    """Four people instead of eight: the interval is wider."""

    def width(its: Params) -> float:
        collect(RUNS, {}, its)
        claims = {one["claim"]: one for one in json.loads(Path("metrics/paper.json").read_text())["claims"]}
        difference = claims["attention finds the singer more often, mel"]["difference"]
        return float(difference["high"] - difference["low"])

    own = params.model_copy(update={"corpus": params.corpus.model_copy(update={"name": ("manifest",)})})
    assert width(own) > width(params)


def test_what_is_missing_is_named_with_its_reason(params: Params, done: set[str]) -> None:
    done -= {"flat-0", "flat-1"}
    said = collect(RUNS, {"flat-1": "train: error: it diverged"}, params).splitlines()
    assert said[-3:-1] == [
        "missing: mel without attention, seed 0: not run",
        "missing: mel without attention, seed 1: train: error: it diverged",
    ]
    assert "| mel without attention | 0 of 2 | - | - | 200000k | - | 0.3351 | - | - | - | - |" in said
    assert "- not known: attention lowers the test loss of mel (no seed has both)" in said
    assert len(json.loads(Path("metrics/paper.json").read_text())["missing"]) == 2


def test_nothing_done_is_one_line(params: Params, done: set[str]) -> None:
    done.clear()
    with pytest.raises(
        BadInputError, match="^no run is done: mel with attention, seed 0: no memory; mel without"
    ) as fault:
        collect(RUNS, {"attention-0": "no memory"}, params)
    assert "\n" not in str(fault.value)
    assert not Path("metrics").exists()


@pytest.mark.slow
def test_every_run_is_told_with_its_steps_and_why_it_stopped(params: Params, done: set[str]) -> None:
    done.remove("flat-1")
    said = collect(RUNS, {}, params).splitlines()
    at = said.index("| variant | seed | commit | precision | steps | stopped by |")
    assert said[at + 2 : at + 6] == [
        "| mel with attention | 0 | before attention-0 | float32 | 200 | bound |",
        "| mel without attention | 0 | before flat-0 | float32 | 120 | patience |",
        "| mel with attention | 1 | before attention-1 | float32 | 200 | bound |",
        "of 3 runs, 1 stopped by patience and 2 at the bound",
    ]


def test_claims_are_tabulated_with_their_differences() -> None:
    stated = {"claim": "mel beats cqt", "source": "table 1", "extrapolated": False, "held": 2, "seeds": 3}
    asked = stated | {"source": "figure 3", "extrapolated": True, "held": 0}
    asked["difference"] = {"value": -0.25, "low": -0.5, "high": 0.125}
    assert claims_table([stated, asked]).splitlines()[2:] == [
        "| mel beats cqt | table 1 | 2 of 3 |  |",
        "| mel beats cqt | figure 3, extrapolated | 0 of 3 | -25.0 (-50.0 to +12.5) |",
    ]


@pytest.mark.slow
def test_the_outcome_says_what_is_still_to_be_run(params: Params, done: set[str]) -> None:
    done.remove("flat-1")
    collect(RUNS, {}, params)
    first, *others = describe_outcome(json.loads(Path("metrics/paper.json").read_text())).split(". ")
    assert first == "Of 3 runs, 1 stopped by patience and 2 at the bound; 1 of those planned are still to be run"
    assert others[0].startswith("Of the paper's 1 rankings of table 1, ")


@pytest.mark.slow
def test_another_clone_carries_on_from_the_committed_results(params: Params, done: set[str]) -> None:
    done -= {"flat-0", "flat-1"}
    collect(RUNS, {}, params)
    done.clear()  # a clone has no experiments
    assert [KEPT.hold(one) for one in RUNS] == [True, False, True, False]
    done |= {"flat-0", "flat-1"}
    together = collect(RUNS, {}, params)
    Path("metrics/paper.json").unlink()
    done |= set(LOSSES)
    assert collect(RUNS, {}, params) == together


def test_a_result_counts_under_its_own_name_alone(params: Params, done: set[str]) -> None:
    collect(RUNS, {}, params)
    done.clear()
    other = PaperRun("mel with attention", 0, True, Experiment("attention-0-of-other-code", {}, ()))
    assert not KEPT.hold(other)
    with pytest.raises(BadInputError, match="no run is done: mel with attention, seed 0: not run"):
        collect([other], {}, params)


def test_a_file_of_before_results_were_kept_holds_none(params: Params, done: set[str]) -> None:
    Path("metrics").mkdir()
    Path("metrics/paper.json").write_text('{"epochs": 5, "experiments": {"attention-0": "a commit"}}')
    done.clear()
    assert not KEPT.hold(RUNS[0])
