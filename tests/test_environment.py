import json
from pathlib import Path

import pytest

from pipeline import environment
from pipeline.errors import BadInputError

RECORD = {"device": "Abacus", "precision": "float32", "threads": 3, "packages": {"torch": "2.13.0"}}


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("models").mkdir()
    return Path("models")


def test_the_record_of_the_training_stands_beside_the_metrics(models: Path) -> None:
    (models / "environment.json").write_text(json.dumps(RECORD))
    assert environment.main() == "trained on Abacus in float32 with 3 threads"
    assert json.loads(Path("metrics/environment.json").read_text()) == RECORD


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_without_a_record_it_says_what_to_run(models: Path, content: str | None) -> None:
    if content is not None:
        (models / "environment.json").write_text(content)
    with pytest.raises(BadInputError, match=r"models/environment.json: no record .*run `dvc repro train`"):
        environment.main()
    assert not Path("metrics").exists()
