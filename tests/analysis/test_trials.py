from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis import trials as module
from pipeline.analysis.trials import Trials, draw_trials, pair_distances


def drawn(singer: list[int] | np.ndarray, song: list[int] | np.ndarray, most: int = 10**6, seed: int = 0) -> Trials:
    return draw_trials(np.asarray(singer), np.asarray(song), most, np.random.default_rng(seed))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_every_pair_once_with_what_it_shares(rows: list[tuple[int, int]]) -> None:
    singer, song = map(list, zip(*rows, strict=True))
    found = drawn(singer, song)
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert sorted(pairs) == list(combinations(range(len(rows)), 2))
    assert found.same_singer.tolist() == [singer[a] == singer[b] for a, b in pairs]
    assert found.same_song.tolist() == [song[a] == song[b] for a, b in pairs]
    assert found.complete


def test_a_kind_with_too_many_pairs_is_sampled_and_weighs_as_many() -> None:
    # 40 singers of 3 songs: pairs of different singers, same song: 3 * C(40, 2) = 2340; other song: 4680; targets 120
    singer, song = np.repeat(np.arange(40), 3), np.tile(np.arange(3), 40)
    found = drawn(singer, song, most=500)
    assert not found.complete
    for same_singer, same_song, trials, pairs in ((1, 0, 120, 120), (0, 1, 500, 2340), (0, 0, 500, 4680), (1, 1, 0, 0)):
        chosen = (found.same_singer == same_singer) & (found.same_song == same_song)
        assert np.count_nonzero(chosen) == trials
        assert found.weight[chosen].sum() == pytest.approx(pairs)
    assert np.array_equal(found.same_singer, singer[found.first] == singer[found.second])
    assert np.array_equal(found.same_song, song[found.first] == song[found.second])
    assert len(set(zip(found.first.tolist(), found.second.tolist(), strict=True))) == len(found)
    assert np.all(found.first < found.second)


@pytest.mark.slow
def test_every_pair_is_as_likely_in_the_sample() -> None:
    # two songs by eight singers each: of 64 cross-song pairs of different singers (56) take 14
    singer, song = np.tile(np.arange(8), 2), np.repeat([0, 1], 8)
    times = np.zeros((16, 16))
    for seed in range(2000):
        found = drawn(singer, song, most=14, seed=seed)
        chosen = ~found.same_singer & ~found.same_song
        times[found.first[chosen], found.second[chosen]] += 1
    seen = times[times > 0]
    assert len(seen) == 56
    assert np.all(np.abs(seen / 2000 - 14 / 56) < 4.5 * np.sqrt(0.25 * 0.75 / 2000))


@pytest.mark.parametrize("group", [np.zeros(90, int), np.arange(90) % 2])
def test_a_sample_is_drawn_by_the_numbers_of_its_pairs(group: np.ndarray) -> None:
    singer, song = np.random.default_rng(0).integers(0, 30, 90), np.random.default_rng(1).integers(0, 4, 90)
    found = draw_trials(singer, song, 40, np.random.default_rng(2), within=group)
    generator, expected = np.random.default_rng(2), []
    for of_singer, of_song in ((False, False), (False, True), (True, False), (True, True)):
        pairs = [
            (a, b)
            for a, b in combinations(range(90), 2)
            if group[a] == group[b] and (singer[a] == singer[b], song[a] == song[b]) == (of_singer, of_song)
        ]
        if len(pairs) > 40:
            pairs = [
                pairs[number] for number in np.sort(generator.choice(len(pairs), 40, replace=False, shuffle=False))
            ]
        expected += pairs
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == expected
    assert not found.complete


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_pairs_within_a_group_are_those_that_each_group_has_alone(rows: list[tuple[int, int, bool]]) -> None:
    singer, song, group = (np.array(column) for column in zip(*rows, strict=True))
    found = draw_trials(singer, song, 10**6, np.random.default_rng(0), within=group)
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert pairs == {(a, b) for a, b in combinations(range(len(rows)), 2) if group[a] == group[b]}
    assert len(found) == len(pairs)
    assert found.complete


def test_a_sample_within_groups_weighs_as_many_pairs_as_there_are_within() -> None:
    # two groups of 20 singers with 3 songs: pairs of different singers, same song: 2 * 3 * C(20, 2) = 1140
    singer, song, group = np.repeat(np.arange(40), 3), np.tile(np.arange(3), 40), np.repeat([0, 1], 60)
    found = draw_trials(singer, song, 500, np.random.default_rng(0), within=group)
    chosen = ~found.same_singer & found.same_song
    assert np.count_nonzero(chosen) == 500
    assert found.weight[chosen].sum() == pytest.approx(1140)
    assert np.array_equal(group[found.first], group[found.second])


def test_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 4)).astype(np.float32)
    found = drawn(np.arange(9), np.arange(9))
    monkeypatch.setattr(module, "BLOCK_VALUES", 20)  # five pairs at a time
    pairs = zip(found.first, found.second, strict=True)
    expected = [np.sqrt(sum((vectors[a].astype(float) - vectors[b]) ** 2)) for a, b in pairs]
    assert pair_distances(vectors, found) == pytest.approx(expected)


def test_some_trials_are_the_same_rows_of_all_columns() -> None:
    trials = drawn(np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4))
    chosen = trials[trials.same_singer & ~trials.same_song]
    pairs = [(3 * singer + a, 3 * singer + b) for singer in range(4) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert sorted(zip(chosen.first.tolist(), chosen.second.tolist(), strict=True)) == pairs
    assert chosen.same_singer.all()
    assert not chosen.same_song.any()
    assert chosen.weight.tolist() == [1.0] * len(pairs)
