import doctest
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpora.splits import partitions
from pipeline.corpora.splits.dealing import deal_counts
from pipeline.corpora.splits.partitions import Repertoire, best_partition, count_partitions

SHARES = (0.5, 0.2, 0.3)


def sung(rows: dict[str, str]) -> Repertoire:
    """Who sang what, a letter a song."""
    pairs = [(singer, song) for singer, songs in rows.items() for song in songs]
    return Repertoire(pd.DataFrame(pairs, columns=["singer", "song"]))


def test_counts_partitions() -> None:
    assert count_partitions(6, (2, 2, 2)) == 90
    assert count_partitions(14, (6, 4, 4)) == 210210
    assert count_partitions(5, (2, 1, 1)) == 60  # 5 for testing, then 6 for training, then 2


def test_finds_the_one_partition_that_works() -> None:
    repertoire = sung({"p": "ad", "q": "ad", "r": "be", "s": "be", "t": "cf", "u": "cf"})
    best = best_partition(repertoire, (2, 2, 2), SHARES, np.random.default_rng(0))
    assert best.complete
    assert best.singers == (2, 2, 2)
    assert best.performances == 12
    assert best.songs == (("b", "e"), ("c", "f"), ("a", "d"))  # the test set comes first in the alphabet


def test_more_singers_go_where_there_are_more_songs() -> None:
    pairs = {f"x{at}": "ab" for at in range(5)} | {f"y{at}": "c" for at in range(3)} | {"z0": "d", "z1": "d"}
    best = best_partition(sung(pairs), (2, 1, 1), SHARES, np.random.default_rng(0))
    assert best.songs == (("a", "b"), ("d",), ("c",))
    assert best.singers == (5, 2, 3)
    assert best.performances == 15


def test_of_equal_partitions_that_nearest_to_the_shares_wins() -> None:
    # Six sang everything and four song b alone: one part takes the four and its due of the six.
    repertoire = sung({f"s{at}": "abc" for at in range(6)} | {f"x{at}": "b" for at in range(4)})
    best = best_partition(repertoire, (1, 1, 1), (0.6, 0.2, 0.2), np.random.default_rng(0))
    # The six are dealt 3.6 : 1.2 : 1.2, that is 4, 1, 1; two are moved, so that each part has two.
    assert best.songs == (("b",), ("c",), ("a",))
    assert best.singers == (6, 2, 2)


def test_of_equal_partitions_the_least_recorded_part_decides() -> None:
    everyone = [(f"s{at}", song) for at in range(6) for song in "abcd"]
    extra = [("s0", song) for song in "cccddd"]
    repertoire = Repertoire(pd.DataFrame(everyone + extra, columns=["singer", "song"]))
    best = best_partition(repertoire, (2, 1, 1), SHARES, np.random.default_rng(0))
    # a and b were recorded 6 times, c and d 9 times: alone these make up for two of the others.
    assert best.songs == (("a", "b"), ("d",), ("c",))


def test_an_impossible_cut_is_said_to_be_incomplete() -> None:
    best = best_partition(sung({"p": "ab", "q": "ab", "r": "c"}), (1, 1, 1), SHARES, np.random.default_rng(0))
    assert not best.complete


def brute_force(rows: list[set[int]], songs: int, counts: tuple[int, int, int]) -> tuple[int, int]:
    """Try every label of every song and count singers by sets: how well parts are served, and performances."""
    best = (-1, -1)
    for labels in product(range(4), repeat=songs):
        parts = [{song for song in range(songs) if labels[song] == part} for part in range(3)]
        if tuple(map(len, parts)) != counts:
            continue
        fits = [tuple(part <= singer for part in parts) for singer in rows]
        wanted = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
        sizes = tuple(sum(fit == tuple(map(bool, want)) for fit in fits) for want in wanted)
        singers = [sum(row[part] for row in deal_counts(sizes, SHARES, 2)) for part in range(3)]
        served = sum(min(2, count) for count in singers)
        best = max(best, (served, sum(count * len(part) for count, part in zip(singers, parts, strict=True))))
    return best


TABLES = st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=3, max_size=12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(rows=TABLES, counts=st.sampled_from([(1, 1, 1), (2, 1, 1), (2, 2, 1), (1, 1, 3)]))
def test_no_partition_is_better(rows: list[set[int]], counts: tuple[int, int, int]) -> None:
    for song in range(5):
        rows = [*rows, {song}]
    repertoire = sung({f"s{at:02d}": "".join("abcde"[song] for song in songs) for at, songs in enumerate(rows)})
    best = best_partition(repertoire, counts, SHARES, np.random.default_rng(0))
    assert (sum(min(2, count) for count in best.singers), best.performances) == brute_force(rows, 5, counts)


def random_repertoire(seed: int, singers: int, songs: int) -> Repertoire:
    rng = np.random.default_rng(seed)
    likely = rng.uniform(0.3, 1, songs)
    rows = {
        f"s{at:03d}": "".join(np.array(list("abcdefghijklmn"))[:songs][rng.random(songs) < likely])
        for at in range(singers)
    }
    return sung(rows)


def test_the_search_comes_close_to_the_best_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found, optimum = 0, 0
    for seed in range(5):
        repertoire = random_repertoire(seed, singers=60, songs=8)
        optimum += best_partition(repertoire, (3, 2, 2), SHARES, np.random.default_rng(0)).performances
        with monkeypatch.context() as patched:
            patched.setattr(partitions, "MOST_TRIED", 0)
            searched = best_partition(repertoire, (3, 2, 2), SHARES, np.random.default_rng(0))
        assert searched.complete
        found += searched.performances
    assert 0.97 * optimum <= found <= optimum


def test_the_search_is_seeded() -> None:
    repertoire = random_repertoire(1, singers=80, songs=14)
    assert count_partitions(14, (6, 4, 4)) > partitions.MOST_TRIED
    first, second = (best_partition(repertoire, (6, 4, 4), SHARES, np.random.default_rng(7)) for _ in range(2))
    assert first == second
    used = [song for part in first.songs for song in part]
    assert len(used) == len(set(used)) == 14


SUNG = pd.DataFrame([("zoe", "b"), ("ann", "a"), ("ann", "b"), ("ann", "a"), ("bob", "a")], columns=["singer", "song"])


def test_names_who_sang_all_of_some_songs() -> None:
    repertoire = Repertoire(SUNG)
    assert repertoire.names(repertoire.who_sang_all(("a",))) == ["ann", "bob"]
    assert repertoire.names(repertoire.who_sang_all(("a", "b"))) == ["ann"]
    assert repertoire.names(repertoire.who_sang_all(())) == ["ann", "bob", "zoe"]


def test_counts_songs_and_takes() -> None:
    repertoire = Repertoire(SUNG)
    assert repertoire.songs_a_singer() == [2, 1, 1]
    assert repertoire.takes == {"a": 3, "b": 2}


def test_the_examples_run() -> None:
    assert doctest.testmod(partitions) == (0, 1)
