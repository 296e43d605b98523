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


@pytest.mark.parametrize("content", [None, "{", "[1]"])
def test_what_cannot_be_read_is_named_with_its_remedy(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "knn.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInputError, match=r"knn.json: .*run `dvc repro knn`$"):
        read_json(path, "dvc repro knn")
