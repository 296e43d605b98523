"""The reference of parameters: every field of the types in `pipeline.sections`, with its range, default and readers."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any, get_args

import numpy as np
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML

from docs.hooks.markdown import as_markdown, table
from pipeline.params import Params, load_params, read_raw
from pipeline.sections.section import Counts, Section, Shares, SingerCounts

# Sections whose fields stand in the table of the section that holds them.
PARTS: tuple[type[Section], ...] = (Counts, SingerCounts, Shares)
# What reads the sections that no stage declares, and those of their parameters that others read besides.
VERBS = {name: f"`make {name}`" for name in ("paper", "search", "seeds", "ablation")} | {
    "ablation.corpus": "`make ablation`, `make judge`"
}
HEAD = ("parameter", "may be", "default", "meaning", "read by")
INTRODUCTION = """# Parameters

Every setting of the pipeline is in `params.yaml`. This page is generated from the types that check that file, so it
lists all of them. An unknown name, a wrong type or an impossible value stops the pipeline before any work, with one
line that says what is allowed there.

Try another value with `dvc exp run -S train.margin=2.0`; see [Variants](../how-to/variants.md). "Read by" names the
stages that run again when the value changes; see [Stages](stages.md).
"""


@dataclass(frozen=True)
class Parameter:
    """One parameter as the reference describes it."""

    name: str
    may_be: str
    default: str
    meaning: str
    readers: str


@dataclass(frozen=True)
class Chapter:
    """One section of params.yaml: its name, its type's docstring, and its own parameters."""

    name: str
    about: str
    parameters: list[Parameter]


def parameters_page(root: Path) -> str:
    """Write the page from the types and the repository's params.yaml and dvc.yaml."""
    load_params(root / "params.yaml")
    stages = YAML(typ="safe").load(root / "dvc.yaml")["stages"]
    parts = [INTRODUCTION]
    for chapter in chapters(read_raw(root / "params.yaml"), stages):
        depth = "##" + "#" * chapter.name.count(".")
        parts.append(f"{depth} {chapter.name or 'At the top'}\n\n{chapter.about}\n")
        if chapter.parameters:
            rows = [(f"`{p.name}`", p.may_be, p.default, p.meaning, p.readers) for p in chapter.parameters]
            parts.append(table(HEAD, rows))
    return "\n".join(parts)


def chapters(raw: Mapping[str, Any], stages: Mapping[str, Any]) -> Iterator[Chapter]:
    """Yield the sections of params.yaml in the order of the types."""
    yield from _chapters(Params, "", raw, stages)


def _chapters(section: type[Section], prefix: str, raw: Any, stages: Mapping[str, Any]) -> Iterator[Chapter]:
    about = as_markdown(inspect.getdoc(section) or "")
    yield Chapter(prefix.rstrip("."), about, list(_parameters(section, prefix, raw, stages)))
    for name, field in section.model_fields.items():
        kind = _held(field)
        if kind is None or kind in PARTS:
            continue
        is_list = field.annotation != kind
        mark = "[]" if is_list else ""
        yield from _chapters(kind, f"{prefix}{name}{mark}.", None if is_list else raw[name], stages)


def _held(field: FieldInfo) -> type[Section] | None:
    """Return the section that a field holds, or holds a list of."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Section)), None)


def _parameters(section: type[Section], prefix: str, raw: Any, stages: Mapping[str, Any]) -> Iterator[Parameter]:
    """List the parameters of a section that hold a value; items of a list have no default."""
    schema = section.model_json_schema()["properties"]
    for name, field in section.model_fields.items():
        path, kind = f"{prefix}{name}", _held(field)
        if kind in PARTS:
            for one in _parameters(kind, f"{path}.", raw[name], stages):
                yield replace(one, meaning=f"{meanings(section)[name]} {one.meaning}.")
        elif kind is None:
            default = show(raw[name]) if raw else ""
            yield Parameter(path, describe(schema[name]), default, meanings(section)[name], _readers(path, stages))


@cache
def meanings(section: type[Section]) -> dict[str, str]:
    """Read the text below each field of a section's type."""
    found: dict[str, str] = {}
    for kind in reversed(section.__mro__):
        if not issubclass(kind, Section):
            continue
        (definition,) = ast.parse(dedent(inspect.getsource(kind))).body
        assert isinstance(definition, ast.ClassDef)
        for field, below in zip(definition.body, definition.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = as_markdown(" ".join(text.split()))
    return found


def describe(schema: Mapping[str, Any]) -> str:
    """Describe in words what a JSON schema allows.

    Examples
    --------
    >>> describe({"type": "integer", "minimum": 2, "multipleOf": 2})
    'whole number, at least 2, a multiple of 2'
    """
    match schema:
        case {"enum": values}:
            *others, last = (f"`{value}`" for value in values)
            return f"{', '.join(others)} or {last}"
        case {"const": value}:
            return f"`{value}`"
        case {"anyOf": [{"type": "integer"}, {"type": "number"}]}:
            return "number"
        case {"anyOf": [one, {"type": "array", "items": items}]} if items == one:
            return f"{describe(one)}, or a list of these"
        case {"anyOf": kinds}:
            return " or ".join(describe(kind) for kind in kinds)
        case {"type": "array", "items": items}:
            return f"list of: {describe(items)}"
        case {"type": "boolean"}:
            return "`true` or `false`"
        case {"type": "string"}:
            return "text"
        case {"type": "integer" | "number" as kind}:
            return ", ".join(["whole number" if kind == "integer" else "number", *_bounds(schema)])
    raise ValueError(f"no words for the schema {schema}")


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
        "multipleOf": "a multiple of",
    }
    for key, word in words.items():
        if key in schema:
            yield f"{word} {show(schema[key]).strip('`')}"


def show(value: Any) -> str:
    """Write a value as in params.yaml, where no number has an exponent."""
    match value:
        case list():
            return ", ".join(show(one) for one in value)
        case bool():
            return f"`{str(value).lower()}`"
        case float():
            return f"`{np.format_float_positional(value, trim='0')}`"
        case _:
            return f"`{value}`"


def _readers(path: str, stages: Mapping[str, Any]) -> str:
    """Name the stages that declare a parameter, or the verbs of make that read it or its section."""
    if verb := VERBS.get(path) or VERBS.get(path.split(".")[0]):
        return verb
    declared = {stage: spec.get("params", []) for stage, spec in stages.items()}
    found = [stage for stage, names in declared.items() if any(f"{path}.".startswith(f"{name}.") for name in names)]
    return ", ".join(f"[{stage}](stages.md#{stage})" for stage in found)
