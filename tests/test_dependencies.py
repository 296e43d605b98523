"""What `pip install .` brings is what the command needs: no less, and nothing that only the pipeline uses."""

import ast
import re
import sys
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from singing_style import extras

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
PACKAGES = ("pipeline", "singing_style")
# Packages whose module has another name
MODULES = {"pillow": "PIL", "praat-parselmouth": "parselmouth", "ruamel.yaml": "ruamel", "scikit-learn": "sklearn"}
# Of pydantic and numba, which state exactly which of these they need
OF_OTHERS = {"pydantic_core", "llvmlite"}
# Of the pipeline: with it the paper's network embeds faster, and without it all the same
FASTER = {"numba"}
# What a command or a kind of model needs
OPTIONAL = ("distributed", "drawing", "export", "networks", "parquet")
# Our modules that need the extra `drawing`: figures, maps, a step for scikit-learn, and K-means
DOORS = {
    ROOT / name
    for name in (
        "singing_style/portrait.py",
        "singing_style/choir_map.py",
        "singing_style/studio.py",
        "singing_style/estimator.py",
        "pipeline/audio/voicing.py",
    )
}


def modules(requirements: list[str]) -> set[str]:
    names = {re.split(r"[\[<>=!~ ]", one)[0] for one in requirements} - {"singing-style"}
    return {MODULES.get(name, name.replace("-", "_").removesuffix("_python")) for name in names}


def imported(file: Path) -> Iterator[str]:
    """Name every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def source(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def reached_from(package: str, closed: Collection[Path] = ()) -> set[str]:
    """Name the packages of others that a package of ours imports, directly or through our modules, the closed aside."""
    waiting, seen, found = list((ROOT / package).rglob("*.py")), set(closed), set()
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for module in imported(file):
            ours = source(module)
            if ours:
                waiting.append(ours)
            elif (top := module.split(".")[0]) not in {*sys.stdlib_module_names, *PACKAGES, "__main__"}:
                found.add(top)
    return found


def test_the_command_needs_all_that_is_installed_with_it_and_nothing_else() -> None:
    optional = modules([one for name in OPTIONAL for one in EXTRAS[name]])
    assert reached_from("singing_style") - optional - OF_OTHERS - FASTER == modules(PROJECT["dependencies"])


def test_only_other_networks_than_the_light_one_and_export_need_pytorch() -> None:
    assert modules(EXTRAS["networks"]) == {"torch"}
    doors = [ROOT / "pipeline/model/network_encoder.py", ROOT / "singing_style/export.py"]
    assert "torch" not in reached_from("singing_style", doors)


@pytest.mark.parametrize("name", sorted(modules(EXTRAS["drawing"])))
def test_what_only_drawing_needs_is_an_extra(name: str) -> None:
    assert name in reached_from("singing_style")
    assert name not in reached_from("singing_style", DOORS)


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_the_extra_that_is_named_where_a_package_is_missing_brings_it(extra: str) -> None:
    assert set(extras.EXTRAS[extra]) == modules(EXTRAS[extra])


@pytest.mark.parametrize("name", sorted(modules(EXTRAS["pipeline"]) - FASTER))
def test_what_only_the_pipeline_needs_is_an_extra(name: str) -> None:
    assert name in reached_from("pipeline")
    assert name not in reached_from("singing_style")
