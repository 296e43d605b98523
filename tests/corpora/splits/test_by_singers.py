from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.schema import LEAST_SINGERS, SPLITS
from pipeline.corpora.splits.by_singers import split_by_singers
from pipeline.corpora.splits.split import Split
from pipeline.errors import BadInputError

SHARES = {"train": 0.5, "validation": 0.2, "test": 0.3}


def sung(repertoire: Mapping[str, str]) -> pd.DataFrame:
    """Make the table of who sang what; a song is a letter."""
    return pd.DataFrame(
        [(singer, song) for singer, songs in repertoire.items() for song in songs], columns=["singer", "song"]
    )


def parted(table: pd.DataFrame, seed: int = 0, kinds: Mapping[str, str] | None = None) -> Split:
    return split_by_singers(table, singer_shares=SHARES, rng=np.random.default_rng(seed), source="corpus", kinds=kinds)


def sizes(split: Split) -> list[int]:
    return [len(split.singers[part]) for part in SPLITS]


def test_singers_with_songs_of_their_own_lose_nothing() -> None:
    table = sung({f"s{at}": chr(97 + at) * 3 for at in range(20)})
    split = parted(table)
    assert sizes(split) == [10, 4, 6]
    assert len(split.assign(table)) == len(table)


@pytest.mark.parametrize("seed", range(5))
def test_singers_who_share_songs_go_together(seed: int) -> None:
    """As in NUS-48E: six pairs of singers, each pair with four songs of its own: 6, 2 and 4 singers without a loss."""
    letters = "abcdefghijklmnopqrstuvwx"
    table = sung({f"s{at:02d}": letters[at // 2 * 4 :][:4] for at in range(12)})
    split = parted(table, seed)
    assert sizes(split) == [6, 2, 4]
    assert len(split.assign(table)) == 48


def test_a_song_that_all_share_goes_to_test_where_it_is_needed() -> None:
    """As in JVS-MuSiC: one song for all and one of each singer's own."""
    table = sung({f"s{at:02d}": f"*{chr(97 + at)}" for at in range(20)})
    split = parted(table)
    assert "*" in split.songs["test"]
    kept = split.assign(table)
    assert kept["split"].value_counts().to_dict() == {"train": 10, "validation": 4, "test": 12}


def test_where_all_sing_all_each_part_gets_songs_in_proportion_to_its_singers() -> None:
    table = sung(dict.fromkeys([f"s{at:02d}" for at in range(20)], "abcdefghijkl"))
    split = parted(table)
    # Two songs for each singer of test and then of validation; from then on the part whose singers have the fewest.
    assert [len(split.songs[part]) for part in SPLITS] == [4, 4, 4]
    assert sizes(split) == [10, 4, 6]


@pytest.mark.parametrize("seed", range(5))
def test_the_many_songs_of_one_singer_do_not_starve_the_others(seed: int) -> None:
    table = sung(dict.fromkeys([f"s{at}" for at in range(9)], "abcdefghi") | {"t": "jklmnopqr"})
    tested = parted(table, seed).assign(table).query("split == 'test'")
    assert tested.groupby("singer")["song"].nunique().min() >= 2


def test_kinds_are_spread() -> None:
    table = sung({f"s{at:02d}": chr(97 + at) * 2 for at in range(20)})
    kinds = {f"s{at:02d}": "female" if at < 10 else "male" for at in range(20)}
    split = parted(table, kinds=kinds)
    women = [sum(kinds[singer] == "female" for singer in split.singers[part]) for part in SPLITS]
    assert women == [5, 2, 3]


@pytest.mark.slow
@given(
    table=st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdefghij")), min_size=1, max_size=60),
    seed=st.integers(0, 99),
)
def test_parts_are_disjoint_large_enough_and_the_same_again(table: list[tuple[int, str]], seed: int) -> None:
    rows = pd.DataFrame([(f"s{singer}", song) for singer, song in table], columns=["singer", "song"])
    try:
        split = parted(rows, seed)
    except BadInputError:
        return
    kept = split.assign(rows)
    assert kept.groupby("singer")["split"].nunique().max() == 1
    assert kept.groupby("song")["split"].nunique().max() == 1
    for part in SPLITS:
        singers = set(kept.loc[kept["split"] == part, "singer"])
        assert len(singers) >= LEAST_SINGERS
        assert singers == set(split.singers[part])
        assert set(kept.loc[kept["split"] == part, "song"]) == set(split.songs[part])
    assert parted(rows, seed) == split


def test_too_few_singers_are_counted() -> None:
    with pytest.raises(BadInputError, match="corpus: 5 singers, and each of train, validation, test needs 2"):
        parted(sung(dict.fromkeys("stuvw", "ab")))


def test_one_song_for_all_is_too_few() -> None:
    with pytest.raises(BadInputError, match=r"share so many songs .* 0/0/2 singers are left"):
        parted(sung(dict.fromkeys("stuvwx", "a")))


def test_a_share_of_nothing_is_refused() -> None:
    table = sung({f"s{at}": chr(97 + at) for at in range(6)})
    shares = {"train": 0.5, "validation": 0.5, "test": 0.0}
    with pytest.raises(BadInputError, match="a share of singers is 0"):
        split_by_singers(table, singer_shares=shares, rng=np.random.default_rng(0), source="corpus")
