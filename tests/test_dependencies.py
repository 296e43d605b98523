"""What `pip install .` brings is what the command needs: no less, and nothing that only the pipeline uses."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
PACKAGES = ("pipeline", "singing_style")
# Packages whose module has another name
MODULES = {"pillow": "PIL", "praat-parselmouth": "parselmouth", "ruamel.yaml": "ruamel", "scikit-learn": "sklearn"}
# Of pydantic and numba, which state exactly which of these they need
OF_OTHERS = {"pydantic_core", "llvmlite"}


def modules(requirements: list[str]) -> set[str]:
    names = {re.split(r"[\[<>=!~ ]", one)[0] for one in requirements}
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


def reached_from(package: str) -> set[str]:
    """Name the packages of others that a package of ours imports, directly or through our modules."""
    waiting, seen, found = list((ROOT / package).rglob("*.py")), set(), set()
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
    optional = modules(EXTRAS["distributed"] + EXTRAS["export"] + EXTRAS["parquet"])
    assert reached_from("singing_style") - optional - OF_OTHERS == modules(PROJECT["dependencies"])


@pytest.mark.parametrize("name", sorted(modules(EXTRAS["pipeline"])))
def test_what_only_the_pipeline_needs_is_an_extra(name: str) -> None:
    assert name in reached_from("pipeline")
    assert name not in reached_from("singing_style")
