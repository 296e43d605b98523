from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.objective import LabelCodes, PairDiscounts

NO_DISCOUNTS = PairDiscounts()


def labels(singers: dict[str, list[int]], corpora: dict[str, str] | None = None) -> LabelCodes:
    """Number of clips in each song, by singer; songs are called 0, 1, ..."""
    rows = [
        (singer, str(song))
        for singer, songs in singers.items()
        for song, clips in enumerate(songs)
        for _ in range(clips)
    ]
    singer, song = np.array([one for one, _ in rows]), np.array([one for _, one in rows])
    return LabelCodes.of(singer, song, np.array([(corpora or {}).get(name, "") for name in singer]))


def sampler(
    made: LabelCodes, discounts: PairDiscounts = NO_DISCOUNTS, singers: int = 4, clips: int = 3
) -> GroupSampler:
    return GroupSampler(made, discounts, singers=singers, clips=clips, partner=True)


repertoires = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=2, max_size=8)


@given(repertoires, repertoires, st.integers(4, 9), st.integers(2, 6), st.integers(0, 2**31))
def test_a_batch_is_what_it_claims(
    one: list[list[int]], other: list[list[int]], singers: int, clips: int, seed: int
) -> None:
    one, other = [[2, 2], [1, 2], *one], [[3], [1, 1], *other]
    named = {f"a{n}": songs for n, songs in enumerate(one)} | {f"b{n}": songs for n, songs in enumerate(other)}
    made = labels(named, {name: name[0] for name in named})
    able = {name for name, songs in named.items() if sum(songs) > 1}
    drawn = sampler(made, singers=singers, clips=clips)
    batch = drawn.draw(np.random.default_rng(seed))
    assert set(drawn.singers_without_pair()) == named.keys() - able
    assert len(set(batch.clip_numbers.tolist())) == len(batch.clip_numbers)
    by_singer: dict[str, list[int]] = {}
    for clip, voice in zip(batch.clip_numbers, batch.voices, strict=True):
        by_singer.setdefault(str(made.singers[made.singer[clip]]), []).append(int(made.song[clip]))
        assert voice == len(by_singer) - 1  # a voice is a singer, one after the other
    assert by_singer.keys() <= able
    for name, songs in by_singer.items():
        assert len(songs) == min(clips, sum(named[name]))
        assert len(set(songs)) == min(clips, len(named[name]))
    for corpus in "ab":
        there = sum(name[0] == corpus for name in by_singer)
        most = sum(name[0] == corpus for name in able)
        assert there in {min(most, singers // 2), min(most, (singers + 1) // 2)}


def test_a_corpus_a_thousand_times_larger_drowns_none() -> None:
    named = {"a0": [2, 2], "a1": [2, 2]} | {f"b{n}": [40, 40] for n in range(50)}
    drawn = sampler(labels(named, {name: name[0] for name in named}), singers=6, clips=4)
    made = labels(named)
    generator = np.random.default_rng(0)
    counted: Counter[str] = Counter()
    for _ in range(50):
        counted.update(made.singers[code][0] for code in made.singer[drawn.draw(generator).clip_numbers])
    assert counted == {"a": 50 * 2 * 4, "b": 50 * 3 * 4}


def test_singers_of_a_corpus_are_drawn_evenly_however_many_clips_they_have() -> None:
    made = labels({"a": [1, 1], "b": [30, 30, 30], "c": [9], "d": [2]})
    drawn, generator = sampler(made, singers=2, clips=2), np.random.default_rng(0)
    counted = Counter(code for _ in range(4000) for code in np.unique(made.singer[drawn.draw(generator).clip_numbers]))
    assert all(count / 4000 == pytest.approx(1 / 2, abs=0.03) for count in counted.values())


@pytest.mark.slow
def test_the_odd_singer_goes_to_each_corpus_as_often() -> None:
    named = {f"{corpus}{n}": [1, 1] for corpus in "abc" for n in range(9)}
    made = labels(named, {name: name[0] for name in named})
    drawn, generator = sampler(made, singers=7, clips=2), np.random.default_rng(0)
    counted = Counter(code for _ in range(3000) for code in made.corpus[drawn.draw(generator).clip_numbers])
    assert all(count / 3000 / 2 == pytest.approx(7 / 3, abs=0.03) for count in counted.values())


def test_two_singers_are_enough() -> None:
    made = labels({"a": [1, 1], "b": [1, 1]})
    batch = sampler(made, PairDiscounts(1, 1, 1), singers=16, clips=4).draw(np.random.default_rng(0))
    assert sorted(batch.clip_numbers.tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("named", "discounts", "said"),
    [
        ({"a": [2, 2]}, PairDiscounts(), "training needs two singers; the clips have 1"),
        ({"a": [3], "b": [3]}, PairDiscounts(cross_song=1), "two songs, as train.cross_song 1 requires; there is none"),
        (
            {"a": [1, 1], "b": [3]},
            PairDiscounts(cross_song=1),
            r"two singers with two clips, or songs \(train.cross_song\)",
        ),
        ({"a": [1], "b": [1]}, PairDiscounts(), "there must be a singer with two clips"),
        (
            {"a": [1, 1], "b": [0, 0, 2]},
            PairDiscounts(same_song=1),
            "train.same_song 1 needs a song sung by two",
        ),
    ],
)
def test_says_what_the_clips_lack(named: dict[str, list[int]], discounts: PairDiscounts, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        sampler(labels(named), discounts)


def test_says_which_corpus_lacks_it() -> None:
    named = {"a0": [1, 1], "a1": [1, 1], "b0": [2, 2], "b1": [4]}
    made = labels(named, {name: f"the {name[0]}" for name in named})
    sampler(made, PairDiscounts(within_corpus=1))
    with pytest.raises(BadInputError, match="corpus the b: train.within_corpus 1 needs two usable singers"):
        sampler(made, PairDiscounts(cross_song=1, within_corpus=1))
    with pytest.raises(BadInputError, match="train.singers: 3 is fewer than two for each of 2 corpora"):
        sampler(made, singers=3)
