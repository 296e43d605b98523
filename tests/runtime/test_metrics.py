import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import BadInputError
from pipeline.runtime.metrics import read_json, rounded, write_json


def test_floating_point_numbers_are_rounded_wherever_they_stand_and_nothing_else_is() -> None:
    tree = {"a": 0.123456, "b": {"c": [1.00004, 7, "0.123456"], "d": None}, "e": True, "f": np.float64(2.71828)}
    assert rounded(tree) == {"a": 0.1235, "b": {"c": [1.0, 7, "0.123456"], "d": None}, "e": True, "f": 2.7183}
    assert rounded(0.123456, 2) == 0.12


def test_what_is_written_reads_the_same_and_ends_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "metrics" / "knn.json"
    write_json(path, {"singer": {"k01": 0.5}})
    assert path.read_text() == '{\n  "singer": {\n    "k01": 0.5\n  }\n}\n'
    assert read_json(path, "dvc repro knn") == json.loads(path.read_text())


@pytest.mark.parametrize("content", [None, "{", "[1]", "{}", '{"x": 1' + 400 * "0" + "}"])
def test_what_cannot_be_read_is_named_with_its_remedy(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "knn.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInputError, match=r"knn.json: .*run `dvc repro knn`$"):
        read_json(path, "dvc repro knn")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({}, "holds nothing"),
        ({"chance": 3}, "chance: should be an object"),
        ({"chance": {"singer": {"k01": "0.2"}}}, "chance.singer.k01: should be a valid number"),
        ({"corpora": {"demo": {"embedding": []}}}, "corpora.demo.embedding: should be an object"),
    ],
)
def test_a_field_of_another_type_is_named_with_the_remedy(tmp_path: Path, content: object, fault: str) -> None:
    path = tmp_path / "metrics/knn.json"
    path.parent.mkdir()
    path.write_text(json.dumps(content))
    with pytest.raises(BadInputError) as told:
        read_json(path, "dvc repro knn")
    assert str(told.value) == f"{path}: {fault}; run `dvc repro knn`"


def test_a_missing_field_is_named_when_it_is_read_and_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "metrics/seeds.json"
    write_json(path, {"ways": ["a"], "runs": [{"way": "a"}, {"way": "b", "chance": {}}]})
    found = read_json(path, "make seeds")
    assert found["runs"][1]["way"] == "b"
    assert "commit" not in found["runs"][0]
    with pytest.raises(BadInputError) as told:
        found["runs"][1]["commit"]
    assert str(told.value) == f"{path}: runs.1.commit: missing; run `make seeds`"
    with pytest.raises(BadInputError, match=r"seeds\.json: planned: missing; run `make seeds`$"):
        found["planned"]


@pytest.mark.parametrize("estimate", [{"value": 0.1, "low": 0.0}, {"low": 0.0, "high": 0.2}])
def test_a_number_has_both_ends_of_its_interval_or_none(tmp_path: Path, estimate: dict[str, float]) -> None:
    path = tmp_path / "metrics/ablation.json"
    write_json(path, {"rows": {"all of it": {"eer": {"value": 0.1}, "song": {}}}})
    assert read_json(path, "make ablation")["rows"]["all of it"]["song"] == {}  # what cannot be computed
    write_json(path, {"rows": {"all of it": {"eer": {"value": 0.1}, "song": estimate}}})
    with pytest.raises(BadInputError, match=r"rows\.all of it\.song: lacks its value or an end of its interval; run `"):
        read_json(path, "make ablation")


@pytest.mark.parametrize("end", [-1e308, 1e308, 2.5])
def test_what_no_share_and_no_difference_of_shares_can_be_is_named(tmp_path: Path, end: float) -> None:
    path = tmp_path / "metrics/statistics.json"
    write_json(path, {"eer_less": {"mfcc_means": {"all": {"value": -0.1, "low": end, "high": 0.0}}}})
    with pytest.raises(
        BadInputError, match=r"eer_less\.mfcc_means\.all\.low: should be .* than or equal to -?2; run `"
    ):
        read_json(path, "dvc repro statistics")


def test_what_stands_under_one_name_in_two_folders_is_not_mixed_up(tmp_path: Path) -> None:
    shape, kind = tmp_path / "models/style/training.json", tmp_path / "metrics/training.json"
    write_json(shape, {"network": {"kind": "residual"}, "validation_measure": "contrastive loss"})
    write_json(kind, {"network": "residual", "validation_measure": "contrastive loss"})
    assert read_json(shape, "dvc repro train")["network"]["kind"] == "residual"
    assert read_json(kind, "dvc repro embed")["network"] == "residual"
    write_json(shape, {"network": "residual"})
    with pytest.raises(BadInputError, match=r"style/training\.json: network: should be an object; run `dvc repro tr"):
        read_json(shape, "dvc repro train")
