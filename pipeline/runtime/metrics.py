"""Metrics: figures rounded, written and read in one way, as JSON that Git can compare line by line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import BadInputError

DECIMALS = 4


def rounded(tree: Any, decimals: int = DECIMALS) -> Any:
    """Round every floating-point number in nested mappings and lists; leave the rest as it is."""
    if isinstance(tree, Mapping):
        return {name: rounded(branch, decimals) for name, branch in tree.items()}
    if isinstance(tree, list | tuple):
        return [rounded(branch, decimals) for branch in tree]
    return round(float(tree), decimals) if isinstance(tree, float) else tree


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an indented JSON file, creating its folder where necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")


def read_json(path: Path, remedy: str) -> dict[str, Any]:
    """Read what `write_json` wrote.

    Parameters
    ----------
    path : Path
    remedy : str
        The command to run for a file that is missing or damaged, such as ``dvc repro train``.

    Raises
    ------
    BadInputError
        The file is missing, or not a JSON object.
    """
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; run `{remedy}`") from None
    except ValueError as fault:
        raise BadInputError(f"{path}: not JSON ({fault}); run `{remedy}`") from None
    if not isinstance(content, dict):
        raise BadInputError(f"{path}: not a JSON object; run `{remedy}`")
    return content
