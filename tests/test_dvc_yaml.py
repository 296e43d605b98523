"""What a stage declares in dvc.yaml against what its module imports and reads, and which way imports run."""

import ast
import json
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
DVC = YAML(typ="safe").load(ROOT / "dvc.yaml")
STAGES: dict[str, Any] = DVC["stages"]
PACKAGES = ("pipeline", "singing_style")

# Not declared: they start and stop stages, check input and hand it on, but decide no number. A new parameter must not
# retrain a network that does not read it; the values of parameters are tracked by dvc.yaml's `params`.
FRAME = {
    "pipeline/params.py",
    *(f"pipeline/sections/{path.name}" for path in (ROOT / "pipeline/sections").glob("*.py")),
    *(f"pipeline/runtime/{path.name}" for path in (ROOT / "pipeline/runtime").glob("*.py")),
    "pipeline/errors.py",
    "pipeline/audio/settings.py",
    "pipeline/model/listening.py",
    "pipeline/model/numbers.py",
    "pipeline/corpora/schema.py",
    "pipeline/corpora/settings.py",
    "pipeline/corpora/table.py",
    "pipeline/nn/objectives/settings.py",
}


def module_file(name: str) -> str | None:
    path = name.replace(".", "/")
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        if (ROOT / candidate).is_file():
            return candidate
    return None


@cache
def direct_imports(file: str) -> frozenset[str]:
    names = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    found = {module_file(name) for name in names if name.split(".")[0] in PACKAGES}
    return frozenset(path for path in found if path and not path.endswith("__init__.py"))


def sources(stage: str) -> set[str]:
    reached, waiting = set(), {f"pipeline/{stage}.py"}
    while waiting:
        file = waiting.pop()
        reached.add(file)
        waiting |= direct_imports(file) - reached
    return reached - FRAME


def covers(dependency: str, file: str) -> bool:
    return file == dependency or file.startswith(f"{dependency}/")


def read_params(stage: str) -> set[str]:
    tree = ast.parse((ROOT / f"pipeline/{stage}.py").read_text())
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    read = set()
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name) and node.id == "params":
            read.add(".".join(reversed(parts)))
    return read


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_runs_the_module_of_its_name(stage: str) -> None:
    assert STAGES[stage]["cmd"] == f"python -m pipeline.{stage}"
    assert STAGES[stage]["desc"]


@pytest.mark.parametrize("stage", STAGES)
def test_every_imported_source_is_a_declared_dependency(stage: str) -> None:
    declared = [dep for dep in STAGES[stage]["deps"] if dep.split("/")[0] in PACKAGES]
    undeclared = {file for file in sources(stage) if not any(covers(dep, file) for dep in declared)}
    unused = {dep for dep in declared if not any(covers(dep, file) for file in sources(stage))}
    assert not undeclared
    assert not unused


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_read_is_declared_and_none_besides(stage: str) -> None:
    declared = STAGES[stage].get("params", [])
    read = read_params(stage)
    assert {name for name in read if not any(f"{name}.".startswith(f"{dep}.") for dep in declared)} == set()
    assert {dep for dep in declared if not any(f"{name}.".startswith(f"{dep}.") for name in read)} == set()


@pytest.mark.parametrize("stage", STAGES)
def test_params_are_never_passed_on_whole(stage: str) -> None:
    """Else a parameter could be read where the test above does not see it."""
    tree = ast.parse((ROOT / f"pipeline/{stage}.py").read_text())
    owners = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    loads = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "params" and isinstance(n.ctx, ast.Load)]
    assert all(id(node) in owners for node in loads)


def python_files(folder: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*.py")}


def imports_into(files: set[str], forbidden: set[str]) -> set[tuple[str, str]]:
    return {(file, imported) for file in files for imported in direct_imports(file) & forbidden}


SECTIONS, RUNTIME, STUDIES = (python_files(f"pipeline/{name}") for name in ("sections", "runtime", "studies"))
STAGE_MODULES = {f"pipeline/{stage}.py" for stage in STAGES}
PARAMETERS = {"pipeline/params.py"} | SECTIONS
PACKAGE = python_files("singing_style")
SCIENCE = python_files("pipeline") - PARAMETERS - RUNTIME - STUDIES - STAGE_MODULES


def test_stages_stand_alone_at_the_top_of_the_pipeline() -> None:
    others = {"__init__.py", "errors.py", "params.py"}
    assert {path.name for path in (ROOT / "pipeline").glob("*.py")} == {f"{stage}.py" for stage in STAGES} | others


def test_science_knows_nothing_of_studies_stages_and_parameters() -> None:
    above = STUDIES | STAGE_MODULES | PARAMETERS | {"pipeline/runtime/stage.py"}
    assert imports_into(SCIENCE, above) == set()


def test_stages_and_parameters_know_nothing_of_studies() -> None:
    assert imports_into(STAGE_MODULES | PARAMETERS, STUDIES) == set()


def test_studies_run_stages_but_import_none() -> None:
    assert imports_into(STUDIES, STAGE_MODULES) == set()


def test_what_runs_a_stage_knows_nothing_of_any_stage_or_science() -> None:
    assert imports_into(RUNTIME, STUDIES | STAGE_MODULES | SCIENCE - {"pipeline/errors.py"}) == set()


def test_the_pipeline_knows_nothing_of_the_package_that_users_import() -> None:
    assert imports_into(python_files("pipeline"), PACKAGE) == set()


def test_the_package_knows_nothing_of_studies_stages_and_parameters() -> None:
    assert imports_into(PACKAGE, STUDIES | STAGE_MODULES | PARAMETERS | {"pipeline/runtime/stage.py"}) == set()


def test_imports_run_in_no_circle() -> None:
    TopologicalSorter({file: direct_imports(file) for file in python_files("pipeline") | PACKAGE}).prepare()


def test_costly_stages_are_cached_whole() -> None:
    """A `cache: false` entry under outs switches off the stage's run cache, and mel -> cqt -> mel would retrain."""
    uncached = {stage for stage, spec in STAGES.items() for out in spec.get("outs", []) if not isinstance(out, str)}
    # What they measure and draw stands in Git; to compute it again takes little beside a training.
    assert uncached == {"embed", "knn", "statistics", "probe", "tsne", "look", "release"}


def test_every_figure_is_there_as_svg_too_and_shown_once() -> None:
    """`dvc plots show` lists what stands under `plots`: the PNG alone."""
    for stage, spec in STAGES.items():
        shown = dict(out.popitem() for out in map(dict, spec.get("plots", [])))
        outs = {path: options for out in spec.get("outs", []) if isinstance(out, dict) for path, options in out.items()}
        figures = {path for path in shown if path.endswith(".png")}
        assert {path for path in outs if path.endswith(".svg")} == {
            f"{path.removesuffix('.png')}.svg" for path in figures
        }, stage
        assert all(outs[path] == {"cache": False} for path in outs), stage
        assert not [path for path in shown if path.endswith(".svg")], stage


def test_dvc_shows_the_summary_and_nothing_else() -> None:
    """Else a table of experiments is wider than any screen, and hides the parameters that were changed."""
    shown = [next(iter(metric)) for spec in STAGES.values() for metric in spec.get("metrics", [])]
    assert shown == ["metrics/summary.json"]
    assert "metrics" not in DVC


def test_the_legend_of_the_neighbours_shows_by_which_dashes_runs_differ() -> None:
    """Vega draws dots there otherwise, the same for every run."""
    template = json.loads((ROOT / ".dvc/plots/neighbours.json").read_text())
    assert template["spec"]["encoding"]["strokeDash"]["legend"]["symbolType"] == "stroke"


def test_what_stages_measure_stands_in_git() -> None:
    written = {
        path: options
        for spec in STAGES.values()
        for kind in ("outs", "metrics")
        for out in spec.get(kind, [])
        for path, options in (out.items() if isinstance(out, dict) else [(out, None)])
        if path.startswith("metrics/") and not path.endswith(".svg")
    }
    names = ("environment", "training", "knn", "statistics", "probe", "calibration", "summary")
    assert written == {f"metrics/{name}.json": {"cache": False} for name in names}
