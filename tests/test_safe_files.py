"""No source reads a file in a way that could run what the file holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("pipeline", "singing_style", "benchmarks")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
UNPICKLERS = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve"}
UNSAFE_CALLS = {
    "eval",
    "exec",
    "joblib.load",
    "pandas.read_pickle",
    "pd.read_pickle",
    "torch.hub.load",
    "torch.jit.load",
}
# torch reads tensors alone where it is told to, and refuses what could run.
UNSAFE_UNLESS = {"torch.load": ("weights_only", "True")}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def dangers(source: str) -> list[str]:
    """Name what in a source would unpickle, run text as code, or read YAML that may make objects."""
    tree = ast.parse(source)
    found = [name for name in imports(tree) if name in UNPICKLERS]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name, options = ast.unparse(call.func), {option.arg: ast.unparse(option.value) for option in call.keywords}
        option, safe = UNSAFE_UNLESS.get(name, ("", None))
        if (
            options.get(option) != safe
            or name in UNSAFE_CALLS
            or options.get("allow_pickle", "False") != "False"
            or options.get("typ") == "'unsafe'"
        ):
            found.append(ast.unparse(call))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_runs_what_a_file_holds(path: Path) -> None:
    assert dangers(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from dill import loads",
        "import torch\nweights = torch.load(path)",
        "weights = torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=asked)",
        "YAML(typ='unsafe').load(path)",
        "def read(text):\n    return eval(text)",
    ],
)
def test_what_is_dangerous_is_seen(source: str) -> None:
    assert len(dangers(source)) == 1


def test_tensors_alone_may_be_read() -> None:
    assert dangers("weights = torch.load(path, map_location='cpu', weights_only=True)") == []
