"""What README and documents claim of the default run holds in the committed metrics: who learned nothing fails here."""

import json
from typing import Any

from tests.conftest import ROOT


def metrics(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / f"metrics/{name}.json").read_text())
    return read


def test_the_embedding_finds_the_singer_far_better_than_chance_and_the_papers_baseline() -> None:
    statistics = metrics("statistics")
    assert statistics["accuracy"]["embedding"]["singer"]["k01"]["low"] > 5 * statistics["chance"]["singer"]["k01"]
    assert statistics["gain"]["singer"]["k01"]["low"] > 0


def test_the_embedding_has_learned_something() -> None:
    statistics = metrics("statistics")
    assert statistics["gain_over"]["untrained"]["singer"]["k01"]["low"] > 0
    assert statistics["eer_less"]["untrained"]["across_songs"]["high"] < 0


def test_the_song_is_no_easier_to_find_than_by_chance() -> None:
    knn = metrics("knn")
    assert knn["embedding"]["song"]["k01"] < knn["chance"]["song"]["k01"]


def test_across_songs_it_errs_less_than_half_as_often_as_any_untrained_baseline() -> None:
    statistics = metrics("statistics")
    ours = statistics["verification"]["embedding"]["across_songs"]["eer"]["value"]
    for name, differences in statistics["eer_less"].items():
        assert differences["across_songs"]["high"] < 0, name
        assert ours < 0.5 * statistics["verification"][name]["across_songs"]["eer"]["value"], name


def test_the_training_ended_in_good_health() -> None:
    training = metrics("training")
    assert training["health"] == "good"
    assert training["test_loss"] < 0.5 * training["collapse_loss"]
