import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.classification import Right, accuracies, classify, disentanglement, gains, tabulate, tasks
from pipeline.analysis.collection import Collection


@pytest.fixture
def bootstrap() -> Bootstrap:
    return Bootstrap(np.array([0, 0, 1, 1]), np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]]), 0.9)


@pytest.fixture
def right() -> Right:
    def hits(pattern: str) -> np.ndarray:
        return np.array([letter == "1" for letter in pattern])

    return {
        "embedding": {"singer": {1: hits("1110")}, "song": {1: hits("0001")}},
        "baseline": {"singer": {1: hits("1000")}, "song": {1: hits("1111")}},
    }


def performances(place: list[float]) -> Collection:
    names = np.array(["ax", "ay", "bx", "by"])
    singer, song = (np.array([name[letter] for name in names]) for letter in (0, 1))
    return Collection(np.array(place)[:, None], names, singer, song, np.zeros(4, np.int32))


def test_each_kind_of_vectors_is_asked_each_task() -> None:
    by_singer, by_song = performances([0, 1, 8, 9.5]), performances([0, 8, 1, 9.5])
    found = classify({"embedding": by_singer, "baseline": by_song}, tasks(by_singer), [1])
    assert {name: {task: its[1].tolist() for task, its in by_task.items()} for name, by_task in found.items()} == {
        "embedding": {"singer": [True] * 4, "singer_cross_song": [True] * 4, "song": [False] * 4},
        # through other songs: ax (0) -> ay (8), ay -> bx (1), bx -> ay (8), by (9.5) -> bx (1)
        "baseline": {"singer": [False] * 4, "singer_cross_song": [True, False, False, True], "song": [True] * 4},
    }


def test_accuracies(right: Right, bootstrap: Bootstrap) -> None:
    found = accuracies(right, bootstrap)
    assert found["embedding"]["singer"][1].value == 0.75
    assert found["baseline"]["song"][1] == (1, 1, 1)


def test_gains_are_differences_on_the_same_draws(right: Right, bootstrap: Bootstrap) -> None:
    # singer 0 gains 1/2, singer 1 gains 1/2: so does every draw, though each accuracy varies
    assert gains(right, bootstrap)["singer"][1] == pytest.approx((0.5, 0.5, 0.5))
    assert gains(right, bootstrap)["song"][1].value == -0.75


def test_disentanglement_by_hand(right: Right, bootstrap: Bootstrap) -> None:
    found = disentanglement(right, {"singer": {1: 0.1}, "song": {1: 0.3}}, bootstrap)
    assert found["embedding"].value == pytest.approx((0.75 - 0.1) - (0.25 - 0.3))
    assert found["baseline"].value == pytest.approx((0.25 - 0.1) - (1 - 0.3))
    assert found["embedding"].low < found["embedding"].value < found["embedding"].high
    assert disentanglement(right, {"singer": {1: 0.1}}, bootstrap) == {}


def test_table_of_outcomes(right: Right) -> None:
    found = tabulate(right, performances([0, 1, 2, 3]))
    assert list(found) == ["recording", "singer", "song", "vectors", "task", "k", "right"]
    assert len(found) == 16
    assert found.iloc[3].tolist() == ["by", "b", "y", "embedding", "singer", 1, 0]
    baseline = found[(found["vectors"] == "baseline") & (found["task"] == "singer")]
    assert baseline["right"].tolist() == [1, 0, 0, 0]
    pd.testing.assert_index_equal(tabulate({"embedding": {}}, performances([0, 1, 2, 3])).columns, found.columns)
