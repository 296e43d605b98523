from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm
from sklearn.metrics import roc_curve

from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.conditions import CONDITIONS
from pipeline.analysis.error_curve import ErrorCurve, equal_error_rate, min_detection_cost
from pipeline.analysis.trial_errors import TrialErrors
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.analysis.verification import verify

scored = st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 4)), min_size=2, max_size=40).filter(
    lambda rows: len({target for _, target, _ in rows}) == 2
)


def rates(scores: list[float], target: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return ErrorCurve(np.array(scores, float), np.array(target, bool)).rates(np.ones(len(scores)))


def test_by_hand() -> None:
    # from strict to loose: target, nontarget, target, nontarget
    false_alarms, misses = rates([4, 3, 2, 1], [1, 0, 1, 0])
    assert false_alarms == pytest.approx([0, 0, 0.5, 0.5, 1])
    assert misses == pytest.approx([1, 0.5, 0.5, 0, 0])
    assert equal_error_rate(false_alarms, misses) == pytest.approx(0.5)
    # cost 0.1 * miss + 0.9 * false alarm over 0.1: 1, 0.5, 5, 4.5, 9
    assert min_detection_cost(false_alarms, misses, 0.1) == pytest.approx(0.5)
    # targets are the more likely: cost 0.75 * miss + 0.25 * false alarm over 0.25: 3, 1.5, 2, 0.5, 1
    assert min_detection_cost(false_alarms, misses, 0.75) == pytest.approx(0.5)


def test_perfect_reversed_and_blind() -> None:
    assert equal_error_rate(*rates([3, 2, 1, 0], [1, 1, 0, 0])) == 0
    assert min_detection_cost(*rates([3, 2, 1, 0], [1, 1, 0, 0]), 0.01) == 0
    assert equal_error_rate(*rates([3, 2, 1, 0], [0, 0, 1, 1])) == 1
    assert equal_error_rate(*rates([1, 1, 1, 1], [0, 1, 0, 1])) == 0.5
    assert min_detection_cost(*rates([1, 1, 1, 1], [0, 1, 0, 1]), 0.01) == 1


@pytest.mark.slow
@given(scored)
@settings(max_examples=150, deadline=None)
def test_agrees_with_scikit_learn(rows: list[tuple[int, bool, int]]) -> None:
    scores, target, weights = (np.array(column) for column in zip(*rows, strict=True))
    false_alarms, hits, _ = roc_curve(target, scores, sample_weight=weights, drop_intermediate=False)
    found = ErrorCurve(scores.astype(float), target).rates(weights.astype(float))
    assert found[0] == pytest.approx(false_alarms)
    assert found[1] == pytest.approx(1 - hits, abs=1e-12)
    along = np.arange(len(false_alarms))
    crossing = brentq(lambda x: np.interp(x, along, 1 - hits - false_alarms), 0, len(along) - 1, xtol=1e-13)
    assert equal_error_rate(*found) == pytest.approx(np.interp(crossing, along, false_alarms), abs=1e-9)
    cost = min(0.01 * (1 - hit) + 0.99 * alarm for alarm, hit in zip(false_alarms, hits, strict=True)) / 0.01
    assert min_detection_cost(*found, 0.01) == pytest.approx(cost, abs=1e-9)


@given(scored)
@settings(max_examples=50, deadline=None)
def test_a_weight_is_that_many_copies(rows: list[tuple[int, bool, int]]) -> None:
    scores, target, weights = (np.array(column) for column in zip(*rows, strict=True))
    weighed = equal_error_rate(*ErrorCurve(scores.astype(float), target).rates(weights.astype(float)))
    copied = ErrorCurve(np.repeat(scores, weights).astype(float), np.repeat(target, weights))
    assert weighed == pytest.approx(equal_error_rate(*copied.rates(np.ones(weights.sum()))))


def test_two_normal_distributions_have_a_known_rate() -> None:
    # scores N(1.5, 1) against N(0, 1): errors are equal halfway, Phi(-0.75)
    generator = np.random.default_rng(0)
    target = np.arange(40000) < 20000
    curve = ErrorCurve(generator.normal(size=40000) + 1.5 * target, target)
    assert equal_error_rate(*curve.rates(np.ones(40000))) == pytest.approx(norm.cdf(-0.75), abs=0.008)


def corpus(singers: int, songs: int, takes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    singer, song = (axis.ravel() for axis in np.indices((singers, songs, takes))[:2])
    vectors = generator.normal(size=(singers, 3))[singer] + generator.normal(size=(songs, 3))[song]
    return vectors + 0.7 * generator.normal(size=vectors.shape), singer, song


def verified(vectors: np.ndarray, singer: np.ndarray, song: np.ndarray, draws: int = 100) -> dict[str, TrialErrors]:
    trials = draw_trials(singer, song, 10**6, np.random.default_rng(1))
    bootstrap = Bootstrap.over(singer, draws, 0.95, np.random.default_rng(2))
    return verify(pair_distances(vectors, trials), trials, bootstrap, 0.01)


def test_conditions_take_the_pairs_they_name() -> None:
    vectors, singer, song = corpus(5, 3, 2)
    found = verified(vectors, singer, song)
    assert list(found) == list(CONDITIONS)
    for name, (target_song, nontarget_song) in CONDITIONS.items():
        scores, target = [], []
        for a, b in combinations(range(len(singer)), 2):
            wanted = target_song if singer[a] == singer[b] else nontarget_song
            if wanted is None or wanted == (song[a] == song[b]):
                scores.append(-float(np.linalg.norm(vectors[a] - vectors[b])))
                target.append(int(singer[a] == singer[b]))
        assert (found[name].targets, found[name].nontargets) == (sum(target), len(target) - sum(target))
        assert found[name].eer.value == pytest.approx(equal_error_rate(*rates(scores, target)))
        assert found[name].min_dcf.value == pytest.approx(min_detection_cost(*rates(scores, target), 0.01))
        assert found[name].eer.low <= found[name].eer.value <= found[name].eer.high
    assert found["easiest"].eer.value < found["all"].eer.value < found["hardest"].eer.value


def test_a_singer_drawn_twice_counts_as_two_singers() -> None:
    vectors, singer, song = corpus(3, 3, 1)
    trials = draw_trials(singer, song, 10**6, np.random.default_rng(1))
    counts = np.array([[2.0, 1.0, 0.0], [3.0, 0.0, 0.0], [1.0, 0.0, 2.0]])  # the second has no nontargets
    captured: list[np.ndarray] = []

    class Spy(Bootstrap):
        def estimate(self, value: float, replicates: np.ndarray):  # type: ignore[no-untyped-def]
            captured.append(replicates)
            return super().estimate(value, replicates)

    verify(pair_distances(vectors, trials), trials, Spy(singer, counts, 0.95), 0.01)

    def rebuilt(one: int, two: int, copies: int) -> float:
        scores, target = [], []
        for a, b in combinations(range(len(singer)), 2):
            sings = {singer[a], singer[b]}
            repeat = copies if one in sings else 1  # `one` is there `copies` times, `two` once
            if sings <= {one, two}:
                scores += [-float(np.linalg.norm(vectors[a] - vectors[b]))] * repeat
                target += [int(len(sings) == 1)] * repeat
        return equal_error_rate(*rates(scores, target))

    assert captured[0][[0, 2]] == pytest.approx([rebuilt(0, 1, 2), rebuilt(2, 0, 2)])
    assert np.isnan(captured[0][1])


def slowly(
    distances: np.ndarray, trials: Trials, bootstrap: Bootstrap, condition: tuple[bool | None, bool | None]
) -> tuple[np.ndarray, np.ndarray]:
    """Weigh every trial in every draw, and walk along the whole curve: error rates and costs."""
    of_targets, of_nontargets = (
        np.ones(len(trials), bool) if song is None else trials.same_song == song for song in condition
    )
    chosen = np.where(trials.same_singer, of_targets, of_nontargets)
    target, weight = trials.same_singer[chosen], trials.weight[chosen]
    one, two = (bootstrap.codes[side[chosen]] for side in (trials.first, trials.second))
    curve = ErrorCurve(-distances[chosen], target)
    figures = []
    for counts in (np.ones(bootstrap.counts.shape[1]), *bootstrap.counts):
        with np.errstate(invalid="ignore"):
            ends = curve.rates(weight * counts[one] * np.where(target, 1, counts[two]))
        known = not np.isnan([ends[0][-1], ends[1][-1]]).any()
        figures.append((equal_error_rate(*ends), float(min_detection_cost(*ends, 0.01))) if known else (np.nan, np.nan))
    rates, costs = np.array(figures).T
    return rates, costs


@pytest.mark.parametrize("decimals", [0, 1, 6])
@pytest.mark.parametrize(("singers", "songs", "takes"), [(20, 4, 1), (6, 3, 2), (3, 2, 2), (2, 2, 2)])
@pytest.mark.parametrize("most", [10**6, 25])
def test_draws_and_intervals_are_those_of_the_plain_way(
    singers: int, songs: int, takes: int, decimals: int, most: int
) -> None:
    vectors, singer, song = corpus(singers, songs, takes)
    trials = draw_trials(singer, song, most, np.random.default_rng(1))
    bootstrap = Bootstrap.over(singer, 60, 0.95, np.random.default_rng(2))
    distances = pair_distances(vectors, trials).round(decimals)  # with few decimals many are equal
    for name, found in verify(distances, trials, bootstrap, 0.01).items():
        rates, costs = slowly(distances, trials, bootstrap, CONDITIONS[name])
        eer, cost = (bootstrap.estimate(column[0], column[1:]) for column in (rates, costs))
        if trials.complete:  # sums of whole numbers are exact, in whatever order
            assert np.array_equal(found.eer_draws, rates[1:], equal_nan=True)
            assert np.array_equal([found.eer, found.min_dcf], [eer, cost], equal_nan=True)
        else:
            assert found.eer_draws == pytest.approx(rates[1:], rel=1e-12, abs=1e-14, nan_ok=True)
            assert [*found.eer, *found.min_dcf] == pytest.approx([*eer, *cost], rel=1e-12, abs=1e-14, nan_ok=True)


def test_conditions_without_pairs_are_left_out() -> None:
    vectors, singer, song = corpus(4, 3, 1)
    assert list(verified(vectors, singer, song)) == ["all", "across_songs", "hardest"]
    assert verified(vectors, np.zeros(12, int), song) == {}
    assert verified(vectors, np.arange(12), song) == {}
    one_song = verified(vectors, singer, np.zeros(12, int))
    assert list(one_song) == ["all", "within_song"]
    assert one_song["all"] == one_song["within_song"]


def test_a_sample_comes_close_to_all_pairs() -> None:
    vectors, singer, song = corpus(60, 4, 1)
    trials = draw_trials(singer, song, 4000, np.random.default_rng(1))
    assert not trials.complete
    bootstrap = Bootstrap.over(singer, 50, 0.95, np.random.default_rng(2))
    sampled = verify(pair_distances(vectors, trials), trials, bootstrap, 0.01)
    whole = verified(vectors, singer, song, draws=50)
    for name, exact in whole.items():
        assert (sampled[name].targets, sampled[name].nontargets) == (exact.targets, exact.nontargets)
        assert sampled[name].eer.value == pytest.approx(exact.eer.value, abs=4 * 0.5 / np.sqrt(4000))
