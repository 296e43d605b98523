"""The reference of stages: what dvc.yaml declares for each, and the docstring of its module."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from docs.hooks.markdown import as_markdown, table
from pipeline.params import Params

INTRODUCTION = """# Stages

The stages of `dvc.yaml`, in its order. Stage `x` runs `python -m pipeline.x`. A stage runs again when one of its
inputs, sources or parameters changes; if it has run with exactly these before, DVC's run cache restores its outputs
instead. The exceptions are stages with outputs in Git beside plots and metrics, which compute again:
{uncached}. This page is generated from `dvc.yaml` and the docstrings of the
modules.
"""


GRAPH = """Each stage, and whose outputs it reads. `dvc dag` draws the same graph, more than 300 columns wide;
`dvc dag features` draws what comes before one stage, and `dvc dag --md` writes a Mermaid diagram, which GitHub draws.
"""
KINDS = ("outs", "metrics", "plots")


def stages_page(root: Path) -> str:
    """Write the page from the repository's dvc.yaml and the modules of its stages."""
    stages: dict[str, Any] = YAML(typ="safe").load(root / "dvc.yaml")["stages"]
    introduction = INTRODUCTION.format(uncached=_codes(name for name, spec in stages.items() if _is_uncached(spec)))
    return "\n".join([introduction, _graph(stages), *(_stage(root, name, spec) for name, spec in stages.items())])


def _graph(stages: Mapping[str, Any]) -> str:
    """Write the graph of stages, one a line: each with those whose outputs it reads."""
    maker = {path: name for name, spec in stages.items() for kind in KINDS for path in _paths(spec, kind)}
    width = max(map(len, stages))
    lines = []
    for name, spec in stages.items():
        before = dict.fromkeys(maker[dep] for dep in spec["deps"] if dep in maker)
        lines.append(f"{name.ljust(width)}  {'<- ' + ', '.join(before) if before else ''}".rstrip())
    return "\n".join([GRAPH, "```text", *lines, "```", ""])


def _stage(root: Path, name: str, spec: Mapping[str, Any]) -> str:
    about = ast.get_docstring(ast.parse((root / f"pipeline/{name}.py").read_text())) or ""
    rows = [
        ("command", f"`{spec['cmd']}`"),
        ("inputs", _codes(dep for dep in spec["deps"] if not _is_source(dep))),
        ("parameters", ", ".join(_link(param) for param in spec.get("params", [])) or "none"),
        ("outputs", _codes(_paths(spec, "outs"))),
        ("metrics", _codes(_paths(spec, "metrics"))),
        ("plots", _codes(_paths(spec, "plots"))),
        ("sources", _codes(dep for dep in spec["deps"] if _is_source(dep))),
    ]
    told = table(("", name), [row for row in rows if row[1]])
    return f"## {name}\n\n**{spec['desc']}.**\n\n{as_markdown(about)}\n\n{told}"


def _is_uncached(spec: Mapping[str, Any]) -> bool:
    """Tell whether DVC keeps no run cache for a stage: one of its `outs` has options, which here are `cache: false`."""
    return any(not isinstance(out, str) for out in spec.get("outs", []))


def _is_source(dependency: str) -> bool:
    return dependency.startswith(("pipeline/", "singing_style/"))


def _codes(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _paths(spec: Mapping[str, Any], kind: str) -> list[str]:
    """List the paths of a kind of output; an output with settings of its own is a mapping with one key."""
    return [next(iter(one)) if isinstance(one, dict) else one for one in spec.get(kind, [])]


def _link(param: str) -> str:
    """Link a parameter to the chapter of its section."""
    section = Params.model_fields[param.split(".")[0]].annotation
    top = not hasattr(section, "model_fields")
    return f"[`{param}`](parameters.md#{'at-the-top' if top else param.split('.')[0]})"
