"""What the documents name is there: tests, and verbs of make."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", *NOTES]
TEST = re.compile(r"(tests/[\w/]+\.py)(?:::(\w+))?")
VERB = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


@cache
def functions(path: Path) -> set[str]:
    """Name the test functions of a file."""
    defined = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))
    return {node.name for node in defined if node.name.startswith("test_")}


def missing_tests(text: str) -> list[str]:
    """List the tests that a text names and that are not there."""
    named = [(ROOT / file, name) for file, name in TEST.findall(text)]
    return [
        f"{path.relative_to(ROOT)}::{name}"
        for path, name in named
        if not path.is_file() or (name and name not in functions(path))
    ]


def verbs(text: str) -> set[str]:
    """List the verbs of make in a text's pieces of code."""
    return {verb for code in CODE.findall(text) for verb in VERB.findall(code)}


def targets() -> set[str]:
    """List the targets of the Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_there_are_documents() -> None:
    assert NOTES
    assert any(TEST.search(path.read_text()) for path in NOTES)
    assert all(verbs(path.read_text()) for path in (ROOT / "README.md", ROOT / "docs/robustness.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_is_there(path: Path) -> None:
    assert missing_tests(path.read_text()) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_verb_of_make_is_there(path: Path) -> None:
    assert verbs(path.read_text()) - targets() == set()


def test_what_is_not_there_is_seen() -> None:
    here = "tests/test_docs.py::test_there_are_documents"
    text = (
        f"| {here} | `{here}_too`, tests/test_none.py, `make faults ROUNDS=2`, we make bread |\n```\nmake bread\n```\n"
    )
    assert missing_tests(text) == [f"{here}_too", "tests/test_none.py::"]
    assert verbs(text) == {"faults", "bread"}
    assert "faults" in targets()
    assert "bread" not in targets()
