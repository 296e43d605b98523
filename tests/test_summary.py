import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline import summary
from pipeline.errors import BadInputError
from tests.conftest import ROOT


def statistics() -> dict[str, Any]:
    """Return what stage `statistics` measured of two kinds of vectors, each figure another number."""
    kinds = {"embedding": 0.0, "baseline": 0.5, "mfcc_means": 0.1}
    tasks = {"singer": 0.01, "singer_cross_song": 0.02, "song": 0.03}
    return {
        "accuracy": {
            kind: {
                task: {"k01": {"value": base + share, "low": 0, "high": 1}, "k03": {"value": 1}}
                for task, share in tasks.items()
            }
            for kind, base in kinds.items()
        },
        "chance": {task: {"k01": 0.9 + share, "k03": 1} for task, share in tasks.items()},
        "verification": {
            kind: {"all": {"eer": {"value": 1}}, "across_songs": {"eer": {"value": base + 0.04}}}
            for kind, base in kinds.items()
        },
    }


@pytest.fixture(autouse=True)
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("metrics").mkdir()
    write(statistics())
    Path("metrics/training.json").write_text('{"test_loss": 0.25, "feature": "mel"}')


def write(content: dict[str, Any]) -> None:
    Path("metrics/statistics.json").write_text(json.dumps(content))


def written() -> dict[str, float]:
    read: dict[str, float] = json.loads(Path("metrics/summary.json").read_text())
    return read


def test_each_name_stands_for_the_figure_that_it_says() -> None:
    said = summary.main()
    assert written() == pytest.approx(
        {
            "eer": 0.04,
            "eer_mfcc": 0.14,
            "singer": 0.01,
            "singer_mfcc": 0.11,
            "singer_chance": 0.91,
            "other_song": 0.02,
            "other_song_mfcc": 0.12,
            "song": 0.03,
            "song_mfcc": 0.13,
            "song_chance": 0.93,
            "test_loss": 0.25,
        }
    )
    assert said.startswith("eer 0.04, eer_mfcc 0.14, singer 0.01, ")


def test_what_the_corpus_does_not_allow_to_measure_is_left_out() -> None:
    content = statistics()
    del content["chance"]["song"], content["verification"]["embedding"]["across_songs"]
    write(content)
    summary.main()
    assert not {"eer", "song", "song_mfcc", "song_chance"} & set(written())
    assert {"eer_mfcc", "singer", "singer_chance", "test_loss"} < set(written())


def test_the_committed_summary_is_that_of_the_committed_metrics() -> None:
    for name in ("statistics", "training"):
        shutil.copy(ROOT / f"metrics/{name}.json", "metrics")
    summary.main()
    assert written() == json.loads((ROOT / "metrics/summary.json").read_text())


def test_missing_metrics_name_their_command() -> None:
    Path("metrics/training.json").unlink()
    with pytest.raises(BadInputError, match=r"metrics/training.json: no such file; run `dvc repro embed`"):
        summary.main()
