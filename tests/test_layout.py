"""How long a file and a function may be, so that each can be read at a glance."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("pipeline", "singing_style", "tests", "benchmarks", "docs/hooks")
FILE_LINES, FUNCTION_LINES = 300, 60


def sources() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def lengths_of_functions(source: str) -> list[tuple[str, int]]:
    """Count the lines of each function, from its signature to its end, docstring included."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


def test_a_function_is_counted_with_its_signature_and_docstring() -> None:
    source = 'def one(\n    a,\n):\n    """Text."""\n    return a\n\n\nclass B:\n    def two(self): ...\n'
    assert lengths_of_functions(source) == [("one", 5), ("two", 1)]


def test_no_file_is_longer_than_can_be_kept_in_mind() -> None:
    assert {path.name for path in sources()} >= {"train.py", "model.py", "test_layout.py"}
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: count for name, count in lengths.items() if count > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    longer = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for name, count in lengths_of_functions(path.read_text())
        if count > FUNCTION_LINES
    }
    assert longer == set()
