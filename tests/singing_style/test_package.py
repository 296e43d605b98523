import doctest
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import singing_style
from singing_style.model import StyleModel


@pytest.mark.slow
def test_the_examples_of_the_package_run(model: StyleModel, choir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model.save(choir / "model.safetensors")
    monkeypatch.setenv("SINGING_STYLE_MODEL", "model.safetensors")
    result = doctest.testmod(singing_style)
    assert result.attempted > 10
    assert result.failed == 0


@pytest.mark.parametrize(
    "name",
    [
        "cli.console",
        "evaluation.labels",
        "evaluation.matching",
        "evaluation.named_vectors",
        "roster",
        "takes",
        "validation.checkup",
        "validation.finding",
    ],
)
def test_the_examples_of_a_module_run(name: str) -> None:
    result = doctest.testmod(import_module(f"singing_style.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_all_names_are_there() -> None:
    assert dir(singing_style) == singing_style.__all__ == sorted(singing_style.__all__)
    assert all(getattr(singing_style, name).__name__ == name for name in singing_style.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Model'"):
        _ = singing_style.Model


@pytest.mark.slow
def test_the_package_alone_imports_nothing_heavy() -> None:
    heavy = "{'torch', 'sklearn', 'scipy', 'librosa', 'pandas', 'numba', 'numpy'}"
    code = f"import sys, singing_style; print({heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
