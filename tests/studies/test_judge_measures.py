"""What is measured of vectors on unheard singers, by hand."""

import numpy as np
import pytest

from pipeline.analysis.accuracy import NeighbourSettings
from pipeline.analysis.collection import Collection
from pipeline.studies.judge_measures import LOUD, MODEL, SOFT, Tree, measure_vectors

SETTINGS = NeighbourSettings([1], chance_draws=10, draws=200, level=0.95, seed=0)
# Two singers, each with two songs; only Ann's second performance is soft.
EFFORT = np.array([LOUD, SOFT, LOUD, LOUD])
# Her songs are different words to one melody, which Ben's first song has as well.
MELODY = np.array(["m", "m", "m", "n"])


def performances(*places: float) -> Collection:
    """Put Ann's songs s and t, then Ben's, on a line."""
    return Collection(
        np.array(places, np.float32)[:, None],
        np.array(["a", "b", "c", "d"]),
        np.array(["Ann", "Ann", "Ben", "Ben"]),
        np.array(["s", "t", "s", "t"]),
        np.zeros(4, np.int32),
    )


def measured(effort: np.ndarray = EFFORT, melody: np.ndarray = MELODY) -> Tree:
    """By the model, each singer is near himself; by the other vectors, Ann's second performance lies beside Ben's."""
    vectors = {MODEL: performances(0, 1, 10, 12), "other": performances(0, 11, 10, 12)}
    return measure_vectors(vectors, effort, melody, SETTINGS, 0.01)


def values(figures: Tree) -> dict[str, float]:
    return {name: figure["value"] for name, figure in figures.items()}


def test_pairs_are_of_different_songs_and_some_also_of_a_loud_and_a_soft_performance_or_of_two_melodies() -> None:
    """Across songs: a-b and c-d of one singer, a-d and b-c of two. Loud against soft: a-b, b-c; melodies: c-d, a-d."""
    assert measured()["pairs"] == {
        "eer": {"targets": 2, "nontargets": 2},
        "eer_loud_soft": {"targets": 1, "nontargets": 1},
        "eer_melodies": {"targets": 1, "nontargets": 1},
    }


def test_errors_and_neighbours_by_hand() -> None:
    """Other vectors: a-b 11 and c-d 2 apart, a-d 12 and b-c 1; nearest in another song: b for a, c for b, b for c."""
    found = measured()["vectors"]
    assert values(found[MODEL]) == {"eer": 0, "eer_loud_soft": 0, "eer_melodies": 0, "singer_cross_song": 1}
    assert values(found["other"]) == {"eer": 0.5, "eer_loud_soft": 1, "eer_melodies": 0, "singer_cross_song": 0.5}


def test_chance_by_hand() -> None:
    """Each performance has two of the other song to choose from, one of them its singer's."""
    assert measured()["chance"] == {"eer": 0.5, "eer_loud_soft": 0.5, "eer_melodies": 0.5, "singer_cross_song": 0.5}


def test_a_difference_is_the_models_less_the_others() -> None:
    expected = {"eer": -0.5, "eer_loud_soft": -1, "eer_melodies": 0, "singer_cross_song": 0.5}
    assert values(measured()["model_less"]["other"]) == expected


def test_a_difference_is_paired_and_so_surer_than_its_parts() -> None:
    """Vectors and the same vectors differ by nothing in every draw, however widely each of them ranges."""
    rng = np.random.default_rng(5)
    singers, songs = 12, 4
    who = np.repeat(np.arange(singers), songs)
    rows = Collection(
        (rng.standard_normal((singers, 3))[who] + rng.standard_normal((len(who), 3))).astype(np.float32),
        np.array([f"{row:03d}" for row in range(len(who))]),
        who.astype(str),
        np.tile(np.arange(songs), singers).astype(str),
        np.zeros(len(who), np.int32),
    )
    effort = np.tile([LOUD, SOFT], len(who) // 2)
    found = measure_vectors({MODEL: rows, "same": rows}, effort, np.full(len(who), ""), SETTINGS, 0.01)
    for name, figure in found["vectors"][MODEL].items():
        assert figure["low"] < figure["value"] < figure["high"], name
    nothing = {"value": 0, "low": 0, "high": 0}
    assert found["model_less"]["same"] == dict.fromkeys(("eer", "eer_loud_soft", "singer_cross_song"), nothing)


@pytest.mark.parametrize("effort", ["", LOUD, SOFT])
def test_without_pairs_of_loud_and_soft_that_figure_is_absent_throughout(effort: str) -> None:
    found = measured(np.full(4, effort))
    for figures in (*found["vectors"].values(), found["model_less"]["other"], found["chance"]):
        assert set(figures) == {"eer", "eer_melodies", "singer_cross_song"}
    assert set(found["pairs"]) == {"eer", "eer_melodies"}


def test_where_songs_share_no_melody_that_figure_is_absent_throughout() -> None:
    found = measured(melody=np.full(4, ""))
    assert set(found["pairs"]) == set(found["chance"]) - {"singer_cross_song"} == {"eer", "eer_loud_soft"}
