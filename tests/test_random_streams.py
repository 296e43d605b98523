"""No two kinds of draws may come from one stream: each has a number of its own beside the seed of params.yaml."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.conftest import ROOT


def numbered_streams() -> Iterator[tuple[int, str]]:
    """Yield the number of every stream of random draws in the pipeline, and where it stands."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                names, values = _elements(node.targets[0]), _elements(node.value)
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name) and name.id.endswith("_SEED"):
                        yield int(ast.literal_eval(value)), f"{path.relative_to(ROOT)}: {name.id}"


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def test_every_stream_of_random_draws_has_a_number_of_its_own() -> None:
    places = defaultdict(list)
    for number, place in numbered_streams():
        places[number].append(place)
    assert len(places) > 15
    assert {number: its for number, its in places.items() if len(its) > 1} == {}


def test_contributors_are_told_the_next_number() -> None:
    following = 1 + max(number for number, _ in numbered_streams())
    assert f"so {following} is next" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_no_number_is_zero_which_would_be_the_seed_alone() -> None:
    """NumPy pads seeds with zeros: [5, 0] gives the draws of [5]."""
    assert all(number > 0 for number, _ in numbered_streams())


def test_generators_are_not_numbered_in_passing() -> None:
    """A literal number beside a seed would escape the test above."""
    found = []
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("default_rng", "SeedSequence")):
                drawn = ast.unparse(node)
                if any(isinstance(part, ast.Constant) for given in node.args for part in ast.walk(given)):
                    found.append(f"{path.relative_to(ROOT)}: {drawn}")
    assert found == []
