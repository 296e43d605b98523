"""A choir on disk, a tiny model that the command finds, and the command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from singing_style.cli import app
from tests.singing_style.made_up import tiny_model, write_choir

Command = Callable[..., Result]


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    tiny_model().save(path)
    return path


@pytest.fixture(scope="session")
def sung_choir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sung") / "the choir"
    write_choir(folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, model_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with the tiny model as the default one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SINGING_STYLE_MODEL", str(model_file))
    return tmp_path


@pytest.fixture
def command(here: Path) -> Command:
    """Return a function that runs the command: its arguments as typed, and the expected exit code."""

    def run(*arguments: object, expect: int = 0) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == expect, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result

    return run


@pytest.fixture
def answer(command: Command) -> Callable[..., Any]:
    """Return a function that runs the command with --json, and returns what it answers."""

    def run(*arguments: object, expect: int = 0) -> Any:
        return json.loads(command(*arguments, "--json", expect=expect).stdout)

    return run
