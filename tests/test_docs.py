"""What the documents name is there: tests, verbs of make, files, corpora, figures."""

import ast
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from benchmarks.suite import BENCHMARKS
from pipeline.sections.corpora import CorpusName
from singing_style.cli import app

ROOT = Path(__file__).parents[1]
NOTES = sorted((ROOT / "docs").rglob("*.md"))
DOCUMENTS = [*(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING")), *NOTES]
CORPORA = (ROOT / "docs/how-to/corpora.md").read_text()
METRICS = (ROOT / "docs/reference/metrics.md").read_text()
ADDRESS = re.compile(r"https?://[^\s`\"')>\]]+")
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


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_that_is_named_is_there(path: Path) -> None:
    assert missing_tests(path.read_text()) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
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


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_addresses_are_well_formed(path: Path) -> None:
    """Nothing is fetched: only what an address must have is looked at."""
    for address in ADDRESS.findall(path.read_text()):
        parts = urlsplit(address)
        assert parts.hostname, address
        assert parts.hostname == "127.0.0.1" or "." in parts.hostname, address
        assert not parts.path.endswith((".", ",")), address


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_files_at_the_top_lead_somewhere(name: str) -> None:
    """Those of the site are checked where it is built."""
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text())
    assert [target for target in linked if not (ROOT / target).is_file()] == []


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_explained(name: str) -> None:
    assert f"| `{name}` | " in (ROOT / "docs/benchmarks/index.md").read_text()


def pieces(language: str) -> list[str]:
    """List the pieces of code in a language, of all documents."""
    return [code for path in DOCUMENTS for code in re.findall(rf"```{language}\n(.*?)```", path.read_text(), re.DOTALL)]


def test_what_examples_import_is_there() -> None:
    imported = {
        (node.module, alias.name)
        for code in pieces("python")
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert ("singing_style", "StyleModel") in imported
    assert [name for module, name in imported if not hasattr(import_module(module), name)] == []


def test_every_subcommand_that_is_named_is_there() -> None:
    known = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    text = "".join(code for path in DOCUMENTS for code in CODE.findall(path.read_text()))
    named = set(re.findall(r"(?:^|`)singing-style ([a-z]+)", text, re.MULTILINE))
    assert "similar" in named
    assert named - known == set()


@pytest.mark.parametrize("name", get_args(CorpusName))
def test_every_corpus_is_in_the_table(name: str) -> None:
    """With the address and the licence that its module names."""
    (row,) = (line for line in CORPORA.splitlines() if line.startswith(f"| `{name}` | ") and line.count("|") == 6)
    module = ast.parse((ROOT / f"pipeline/corpora/datasets/{name.replace('-', '_')}.py").read_text())
    said = ast.get_docstring(module) or ""
    assert [address for address in re.findall(r"https?://[^\s,]+", said) if address not in row] == []
    assert [licence for licence in re.findall(r"CC [A-Z-]+ \d\.\d", said) if licence not in row] == []


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").glob("*.json")), ids=lambda path: path.name)
def test_every_figure_has_a_meaning(path: Path) -> None:
    chapter = METRICS.split(f"## metrics/{path.name}", 1)[1].split("\n## ")[0]
    named = {word for code in re.findall(r"`([^`]+)`", chapter) for word in re.findall(r"\w+", code)}
    assert set(json.loads(path.read_text())) - named == set()
