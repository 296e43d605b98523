"""Files of metrics/ that are JSON but not whole: each is read, or refused in one line that names file and remedy."""

import copy
import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import report, summary
from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.errors import BadInputError
from pipeline.page.facts import facts, intervals, reading, unanswered
from pipeline.page.results import describe_results
from pipeline.page.standing import standings
from pipeline.runtime.metric_forms import Knn, Probe
from pipeline.runtime.metrics import FORMS, read_json
from pipeline.studies import paper_results, seeds, tables
from pipeline.studies import summary as ten_figures
from pipeline.studies.answers_table import ASKED, WAYS
from pipeline.studies.kept_runs import KeptRuns
from pipeline.studies.paper_run import figures_of, outcomes_of
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
FILES = sorted(name for folder, name in FORMS if folder == "metrics")
# What may stand where something else was.
OTHERS: list[Any] = [None, True, 7, -1e308, 1e308, 10**400, math.nan, "x", [], {}, [1], {"x": 1}]
CUT = "cut out"
Reader = Callable[[], object]


def read(name: str) -> Any:
    return read_json(Path("metrics", name), "make it")


def write_pages_words() -> None:
    """Write what the page says of metrics alone, as the stage `report` does."""
    knn, statistics, training = read("knn.json"), read("statistics.json"), read("training.json")
    empty = pd.DataFrame()
    describe_results(knn, intervals(statistics), empty, empty, training["validation_measure"])
    reading(knn), unanswered(knn), standings(statistics), facts(training), report._held_style()


def collect(kept: KeptRuns) -> None:
    for run in kept.read().values():
        list(figures_of(run)), outcomes_of(run)


def readers(name: str) -> list[Reader]:
    """List the programs that read a file."""
    of_tables = {
        "statistics.json": ["accuracy", "difference"],
        "probe.json": ["styles"],
        "seeds.json": ["seeds", "seed_differences", "seed_styles", "light_and_movement"],
        "paper.json": ["paper", "paper_outcome", "paper_runs", "paper_claims"],
        "ablation.json": ["ablation", "ablation_outline", "ablation_goals"],
        "judge.json": ["judge", "judge_outline", "judge_differences"],
        "voice_detection.json": ["voice_detection"],
        "speech_detection.json": ["speech_detection"],
        "answers.json": ["verdicts", "verdicts_beside_means", "ways", "disagreements", "promises", "evaluation"],
    }
    others: dict[str, list[Reader]] = {
        "knn.json": [write_pages_words],
        "statistics.json": [write_pages_words, summary.main],
        "training.json": [write_pages_words, summary.main],
        "probe.json": [write_pages_words],
        "summary.json": [ten_figures.summary],
        "seeds.json": [ten_figures.summary, seeds.KEPT.read],
        "paper.json": [lambda: paper_results.draw_kept(read("paper.json")), lambda: collect(paper_results.KEPT)],
    }
    return [*(tables.TABLES[table] for table in of_tables.get(name, [])), *others.get(name, [])]


def test_every_table_and_every_file_has_its_reader() -> None:
    assert {table for name in FILES for table in readers(name)} >= set(tables.TABLES.values())
    assert all(readers(name) for name in FILES)


def test_the_forms_hold_all_kinds_of_vectors_and_all_that_answers_are_called() -> None:
    for form in (Knn, Probe):
        assert {EMBEDDING, *BASELINES} <= set(form.model_fields)
    answers = FORMS["metrics", "answers.json"].model_json_schema()["properties"]
    assert set(answers["verdicts"]["propertyNames"]["enum"]) == set(ASKED)
    assert set(answers["ways"]["propertyNames"]["enum"]) == set(WAYS)


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with the committed metrics, and draw nothing."""
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    Path("metrics").mkdir()
    for name in FILES:
        Path("metrics", name).write_text((ROOT / "metrics" / name).read_text())
    monkeypatch.setattr(paper_results, "draw_paper", lambda *_: None)


def change(tree: Any, places: list[int], other: Any) -> None:
    """Walk down from object to object, and cut out or replace the last that is reached."""
    for left, place in reversed(list(enumerate(places))):
        key = (list(tree) if isinstance(tree, dict) else range(len(tree)))[place % len(tree)]
        if not left or not isinstance(tree[key], dict | list) or not tree[key]:
            break
        tree = tree[key]
    if other == CUT:
        del tree[key]
    else:
        tree[key] = other


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=EXAMPLES,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(places=st.lists(st.integers(0, 400), min_size=1, max_size=8), other=st.sampled_from([CUT, CUT, *OTHERS]))
def test_what_is_missing_or_of_another_type_is_named(metrics: None, name: str, places: list[int], other: Any) -> None:
    whole = (ROOT / "metrics" / name).read_text()
    tree = json.loads(whole)
    change(tree, places, copy.deepcopy(other))
    Path("metrics", name).write_text(json.dumps(tree))
    for reader in readers(name):
        try:
            reader()
        except BadInputError as fault:
            said = str(fault)
            assert said.startswith(f"metrics/{name}: "), said
            assert "; run `" in said or ", and run `make " in said, said
            assert "\n" not in said
    Path("metrics", name).write_text(whole)


@pytest.mark.parametrize("content", ["{}", "[]", "7", "null", '"x"'])
@pytest.mark.parametrize("name", FILES)
def test_a_file_without_a_field_is_named_by_every_reader(metrics: None, name: str, content: str) -> None:
    Path("metrics", name).write_text(content)
    for reader in readers(name):
        with pytest.raises(BadInputError, match=rf"^metrics/{name}: (holds nothing|not a JSON object); .*`$"):
            reader()
