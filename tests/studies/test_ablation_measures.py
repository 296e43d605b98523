import numpy as np
import pytest
from sklearn.metrics import roc_curve

from pipeline.analysis.collection import Collection
from pipeline.studies.ablation_measures import FoldComparison, compare_performances, errors_by_seed, measure_folds


def performances(place: list[float], singer: str, song: str) -> Collection:
    vectors = np.array(place, np.float32)[:, None]
    names = np.array([f"r{number}" for number in range(len(place))])
    return Collection(vectors, names, np.array(list(singer)), np.array(list(song)), np.zeros(len(place), np.int32))


def test_pairs_differ_in_song_and_neighbours_are_excluded_as_they_should() -> None:
    """On a line: a sings x at 0 and y at 3, b sings x at 1 and y at 2."""
    compared = compare_performances(performances([0, 3, 1, 2], "aabb", "xyxy"))
    pairs = {
        (int(one), int(two)): far
        for one, two, far in zip(compared.first, compared.second, compared.distance, strict=True)
    }
    assert pairs == {(0, 1): 3, (0, 3): 2, (1, 2): 2, (2, 3): 1}
    assert compared.same.tolist() == [True, False, False, True]
    assert compared.found.tolist() == [False, False, True, True]  # 0's nearest singer of y is b, at 2
    assert compared.leaked.tolist() == [True, True, True, True]  # the nearest of the other singer sings the same


def fold(seed: int, singers: str) -> FoldComparison:
    generator = np.random.default_rng(seed)
    singer = "".join(name * 4 for name in singers)
    middles = dict(zip(singers, generator.normal(0, 1, len(singers)), strict=True))
    place = [middles[name] + generator.normal(0, 0.7) for name in singer]
    return compare_performances(performances(place, singer, "wxyz" * len(singers)))


def textbook(folds: list[FoldComparison]) -> float:
    same = np.concatenate([one.same for one in folds])
    accepted, found, _ = roc_curve(same, -np.concatenate([one.distance for one in folds]), drop_intermediate=False)
    return float(np.interp(0.0, accepted + found - 1, accepted))


def test_errors_are_those_of_scikit_learns_curve_within_folds_and_over_all() -> None:
    runs = [[fold(seed, "abc"), fold(seed + 10, "def")] for seed in range(2)]
    found = measure_folds(runs, draws=100, level=0.95, generator=np.random.default_rng(0))
    by_seed = [np.mean([textbook([one]) for one in run]) for run in runs]
    assert errors_by_seed(runs) == pytest.approx(by_seed)
    assert found["eer"].value == pytest.approx(np.mean(by_seed))
    assert found["eer_pooled"].value == pytest.approx(np.mean([textbook(run) for run in runs]))
    right = np.concatenate([one.found for run in runs for one in run])
    assert found["singer_cross_song"].value == pytest.approx(right.mean())


def test_intervals_hold_the_figure_and_come_from_the_draws_of_singers() -> None:
    runs = [[fold(seed, "abcd"), fold(seed + 10, "efgh")] for seed in range(2)]
    one, same, other = (measure_folds(runs, 200, 0.95, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one == same
    assert one != other
    for estimate in one.values():
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.low < estimate.high


def test_draws_are_centred_although_most_hold_fewer_singers_of_a_fold() -> None:
    """Nearly all of the level left out, the interval is the middle of the draws."""
    runs = [[fold(10 * seed + place, names) for place, names in enumerate(("abcd", "efgh"))] for seed in range(3)]
    found = measure_folds(runs, 400, 0.02, np.random.default_rng(0))["eer"]
    assert (found.low + found.high) / 2 == pytest.approx(found.value, abs=0.006)


def test_a_perfect_embedding_makes_no_errors() -> None:
    perfect = compare_performances(performances([0, 0, 9, 9], "aabb", "xyxy"))
    found = measure_folds([[perfect]], 100, 0.95, np.random.default_rng(0))
    assert [found[name].value for name in ("eer", "eer_pooled", "singer_cross_song")] == [0, 0, 1]
