from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpora.schema import SPLITS
from pipeline.corpora.splits.balanced import BalancedSplit, balance
from pipeline.errors import BadInputError

SHARES = {"train": 0.5, "validation": 0.2, "test": 0.3}


def sung(rows: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """One row a performance from (singer, letters of the songs)."""
    return pd.DataFrame([(singer, song) for singer, songs in rows for song in songs], columns=["singer", "song"])


def split(performances: pd.DataFrame, train: int, validation: int, test: int, seed: int = 0) -> BalancedSplit:
    return balance(
        performances,
        songs={"train": train, "validation": validation, "test": test},
        singer_shares=SHARES,
        rng=np.random.default_rng(seed),
        source="some.csv",
    )


def test_a_split_worked_out_by_hand() -> None:
    performances = sung(
        [("ann", "abx"), ("bob", "ab"), ("cat", "c"), ("dan", "c"), ("eve", "d"), ("fay", "d"), ("gus", "a")]
    )
    balanced = split(performances, 2, 1, 1)
    assert balanced.songs == {"train": ("a", "b"), "validation": ("d",), "test": ("c",)}
    assert balanced.singers == {"train": ("ann", "bob"), "validation": ("eve", "fay"), "test": ("cat", "dan")}
    kept = balanced.assign(performances)
    assert sorted(zip(kept["singer"], kept["song"], kept["split"], strict=True)) == [
        ("ann", "a", "train"),
        ("ann", "b", "train"),
        ("bob", "a", "train"),
        ("bob", "b", "train"),
        ("cat", "c", "test"),
        ("dan", "c", "test"),
        ("eve", "d", "validation"),
        ("fay", "d", "validation"),
    ]


def test_where_all_sang_all_the_shares_decide_and_the_seed_deals() -> None:
    performances = sung((f"s{at:02d}", "abcdef") for at in range(20))
    first, again, other = (split(performances, 2, 2, 2, seed) for seed in (1, 1, 2))
    assert [len(first.singers[part]) for part in SPLITS] == [10, 4, 6]
    assert first.singers == again.singers
    assert first.singers != other.singers
    assert first.songs == other.songs == {"test": ("a", "b"), "train": ("c", "d"), "validation": ("e", "f")}


def test_repeated_takes_of_a_song_all_stay() -> None:
    performances = sung([("ann", "aa"), ("bob", "a"), ("cat", "b"), ("dan", "b"), ("eve", "c"), ("fay", "c")])
    assert len(split(performances, 1, 1, 1).assign(performances)) == 7


def test_the_trade_off_tells_what_other_numbers_of_songs_would_give() -> None:
    performances = sung((f"s{at:02d}", "abcdef"[: 6 if at < 10 else 3]) for at in range(20))
    table = split(performances, 1, 1, 1).trade_off
    # However six songs are cut in two, the ten who sang all six serve any part, the others a, b and c alone:
    # all twenty can take part if one part draws on a, b, c.
    assert list(table["songs"]) == ["1/1/1", "2/1/1", "2/2/1", "2/2/2"]
    assert list(table.columns) == ["songs", "singers", "performances", "tried"]
    assert table["singers"][0] == "10/4/6"
    assert table["performances"][0] == 20
    assert table["tried"][0] == "all 120"
    assert table["performances"][3] == 40


def test_the_report_names_songs_and_shows_the_trade_off() -> None:
    report = split(sung((f"s{at}", "abc") for at in range(8)), 1, 1, 1).report()
    assert "test: 2 singers who sang all of a" in report
    assert "1/1/1   4/2/2" in report


def test_too_few_songs_are_counted() -> None:
    with pytest.raises(BadInputError, match=r"some\.csv: 6/4/4 songs need 14 and there are 3: 11 are missing"):
        split(sung((f"s{at}", "abc") for at in range(8)), 6, 4, 4)


def test_too_few_songs_for_the_count_asked_names_what_would_do() -> None:
    with pytest.raises(BadInputError, match=r"2/2/2 songs need 6 and there are 5.*; 2/2/1 songs would give 4/2/2"):
        split(sung((f"s{at}", "abcde") for at in range(8)), 2, 2, 2)


def test_too_few_singers_are_counted() -> None:
    performances = sung([("ann", "abcdef"), ("bob", "abc"), ("cat", "abc"), ("dan", "ab"), ("eve", "f")])
    with pytest.raises(BadInputError) as raised:
        split(performances, 3, 2, 1)
    message = str(raised.value)
    assert "every part needs 2 singers who sang all of its songs" in message
    assert "of 5 singers 5 sang 1 song or more, 4 sang 2 songs or more, 3 sang 3 songs or more" in message
    assert "add more singers" in message


def test_a_share_of_zero_is_refused() -> None:
    with pytest.raises(BadInputError, match=r"a share of singers is 0"):
        balance(
            sung([("ann", "abc")]),
            songs={"train": 1, "validation": 1, "test": 1},
            singer_shares={"train": 0.0, "validation": 0.5, "test": 0.5},
            rng=np.random.default_rng(0),
            source="some.csv",
        )


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.sets(st.sampled_from("abcde"), min_size=1), max_size=10), seed=st.integers(0, 9))
def test_parts_are_disjoint_and_complete(rows: list[set[str]], seed: int) -> None:
    # Six who sang everything: there is always a way.
    rows = [*rows, *[set("abcde")] * 6]
    performances = sung((f"s{at:02d}", "".join(sorted(songs))) for at, songs in enumerate(rows))
    balanced = split(performances, 2, 1, 1, seed)
    songs = [song for part in SPLITS for song in balanced.songs[part]]
    singers = [singer for part in SPLITS for singer in balanced.singers[part]]
    assert len(songs) == len(set(songs)) == 4
    assert len(singers) == len(set(singers))
    kept = balanced.assign(performances)
    for part in SPLITS:
        assert len(balanced.singers[part]) >= 2
        own = kept[kept["split"] == part]
        sung_by = own.groupby("singer")["song"].agg(set)
        assert set(sung_by.index) == set(balanced.singers[part])
        assert all(done == set(balanced.songs[part]) for done in sung_by)
