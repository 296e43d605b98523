from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from pipeline.params import Params, load_params, override, read_raw
from pipeline.studies import paper
from pipeline.studies.paper import plan_runs
from pipeline.studies.paper_claims import variant_of
from pipeline.studies.paper_run import PaperRun
from pipeline.studies.runs import Experiment
from pipeline.studies.seeds import Way


@pytest.fixture
def params(monkeypatch: pytest.MonkeyPatch) -> Params:
    """The defaults, with fingerprints that are always the same."""
    monkeypatch.setattr(
        paper, "experiment_of", lambda label, settings, targets: Experiment(f"{label}-0", settings, targets)
    )
    return load_params(Path(__file__).parents[2] / "params.yaml")


def test_runs_go_seed_by_seed_and_each_sets_its_parameters(params: Params) -> None:
    plain = params.model_copy(update={"paper": params.paper.model_copy(update={"ours": False})})
    runs = plan_runs(plain)
    assert len(runs) == 12
    assert [one.seed for one in runs] == [0] * 4 + [1] * 4 + [2] * 4
    assert [str(one) for one in runs[:4]] == [
        "mel with attention, seed 0",
        "mel without attention, seed 0",
        "cqt with attention, seed 0",
        "cqt without attention, seed 0",
    ]
    assert len({one.experiment.name for one in runs}) == 12
    last = runs[-1].experiment
    assert last.name == "paper-cqt-flat-s2-0"
    assert last.settings == {"feature": "cqt", "network.attention": False, "seed": 2, "train.max_epochs": 300}
    assert last.targets == ("knn", "statistics")


def test_our_ways_to_learn_stand_beside_the_papers_under_every_seed(
    params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [Way("the recipe", {}, ()), Way("groups", {"train.loss": "prototypical"}, ())]
    monkeypatch.setattr(paper, "read_ways", lambda its: ways)
    runs = plan_runs(params)
    assert [str(one) for one in runs[4::5]] == [f"ours: groups, seed {seed}" for seed in (0, 1, 2)]
    last = runs[-1].experiment
    assert last.name == "paper-ours-1-s2-0"
    assert last.settings == {"train.loss": "prototypical", "seed": 2, "train.max_epochs": 300}
    assert plan_runs(params)[0].experiment.name == "paper-mel-attention-s0-0"


def test_a_run_is_named_by_its_variant_and_seed() -> None:
    assert str(PaperRun(variant_of("cqt", False), 3, False, Experiment("x", {}, ()))) == "cqt without attention, seed 3"


def test_a_bound_that_no_training_can_keep_is_refused_before_any_run(
    params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With so little patience every run would end before its first validation."""
    raw = override(read_raw(Path(__file__).parents[2] / "params.yaml"), {"train.patience": 5, "train.max_epochs": 4})
    monkeypatch.setattr(paper, "read_raw", lambda: raw)
    with pytest.raises(BadInputError, match=r"params\.yaml: paper\.epochs: .*patience"):
        plan_runs(params)
