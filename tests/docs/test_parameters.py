"""The reference of parameters tells each of them, in words worked out by hand here."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter
from ruamel.yaml import YAML

from docs.hooks.parameters import chapters, describe, meanings, parameters_page, show
from pipeline.params import parse_params, read_raw
from pipeline.sections.corpora import Manifest
from pipeline.sections.section import Section

ROOT = Path(__file__).parents[2]
RAW = read_raw(ROOT / "params.yaml")
STAGES: dict[str, Any] = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
PARAMETERS = {one.name: one for chapter in chapters(RAW, STAGES) for one in chapter.parameters}


def leaves(raw: Any, name: str = "") -> set[str]:
    """List the parameters of params.yaml by a route of its own: the file, not the types."""
    match raw:
        case dict():
            return {leaf for key, value in raw.items() for leaf in leaves(value, f"{name}.{key}" if name else key)}
        case [dict(), *_]:
            return {leaf for item in raw for leaf in leaves(item, f"{name}[]")}
        case _:
            return {name}


def test_every_parameter_is_told_and_none_besides() -> None:
    assert set(PARAMETERS) == leaves(RAW)
    page = parameters_page(ROOT)
    assert all(f"| `{name}` |" in page for name in leaves(RAW))


def test_every_parameter_has_a_meaning_and_somebody_who_reads_it() -> None:
    assert [one.name for one in PARAMETERS.values() if not one.meaning.strip(". ")] == []
    assert [one.name for one in PARAMETERS.values() if not one.readers] == []


def test_what_is_told_of_some_parameters() -> None:
    pairs = PARAMETERS["train.pairs"]
    assert (pairs.may_be, pairs.default) == ("whole number, at least 2, at most 65536, a multiple of 2", "`32`")
    assert PARAMETERS["tsne.singers"].readers == "[tsne](stages.md#tsne)"
    assert PARAMETERS["train.l2"].default == "`0.000001`"
    assert PARAMETERS["knn.neighbours"].default == "`1`, `3`, `5`, `7`"
    assert PARAMETERS["train.threads"].may_be == "`auto` or whole number, at least 1, at most 1024"
    assert PARAMETERS["search.space[].high"].may_be == "number"
    assert PARAMETERS["search.trials"].readers == "`make search`"
    assert PARAMETERS["ablation.corpus"].readers == "`make ablation`, `make judge`"
    assert PARAMETERS["ablation.folds"].readers == "`make ablation`"
    assert PARAMETERS["corpus.manifest.singer_shares.test"].meaning.endswith("the share in the test part.")


def test_a_default_that_is_told_can_be_typed_back() -> None:
    """As text it means the same as in params.yaml."""
    yaml = YAML(typ="safe")
    for name in ("train.l2", "features.cqt_min_hz", "train.learning_rate", "clips.pad_short", "voice.max_hz"):
        section, field = name.split(".")
        typed = yaml.load(PARAMETERS[name].default.strip("`"))
        assert typed == RAW[section][field]
        parse_params(RAW | {section: RAW[section] | {field: typed}})


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (int, "whole number"),
        (Annotated[float, Field(gt=0, lt=1)], "number, above 0, below 1"),
        (Annotated[float, Field(ge=-1.5, le=0.00001)], "number, at least -1.5, at most 0.00001"),
        (bool, "`true` or `false`"),
        (str, "text"),
        (Literal["a", "b", "c"], "`a`, `b` or `c`"),
        (Literal["auto"] | int, "`auto` or whole number"),
        (int | float, "number"),
        (tuple[bool, ...], "list of: `true` or `false`"),
        (Literal["a", "b"] | tuple[Literal["a", "b"], ...], "`a` or `b`, or a list of these"),
    ],
)
def test_types_in_words(kind: Any, words: str) -> None:
    assert describe(TypeAdapter(kind).json_schema()) == words


def test_a_type_without_words_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no words"):
        describe({"type": "object"})


def test_values_as_in_params_yaml() -> None:
    assert show(True) == "`true`"
    assert show(1e-8) == "`0.00000001`"
    assert show(60.0) == "`60.0`"
    assert show(["mel", False]) == "`mel`, `false`"


def test_the_text_below_a_field_is_its_meaning_also_where_it_is_inherited() -> None:
    told = meanings(Manifest)
    assert told["songs"] == "Songs"
    assert told["split"].startswith("`balanced`: every singer")


def test_a_field_without_text_has_no_meaning() -> None:
    class Bare(Section):
        told: int
        """Something."""
        bare: int

    assert meanings(Bare) == {"told": "Something."}
