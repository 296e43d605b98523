import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from pipeline.nn.pairs import PairSampler

SINGER = np.array(["ann"] * 6 + ["bo"] * 2 + ["cy"] * 4 + ["di"])
SONG = np.array(["x", "x", "x", "y", "y", "z", "x", "y", "y", "y", "z", "x", "x"])


@given(
    seed=st.integers(0, 2**31),
    half=st.integers(1, 20),
    cross_song=st.booleans(),
    same_song=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_pairs_are_what_they_claim(seed: int, half: int, cross_song: bool, same_song: bool) -> None:
    sampler = PairSampler(SINGER, SONG, cross_song=cross_song, same_song=same_song)
    pairs = sampler.draw(2 * half, np.random.default_rng(seed))
    assert pairs.same.sum() == half == len(pairs.same) / 2
    assert (pairs.first != pairs.second).all()
    assert ((SINGER[pairs.first] == SINGER[pairs.second]) == pairs.same).all()
    if cross_song:
        assert (SONG[pairs.first] != SONG[pairs.second])[pairs.same].all()
    if same_song:
        assert (SONG[pairs.first] == SONG[pairs.second])[~pairs.same].all()


def test_singers_are_drawn_uniformly_however_many_clips_they_have() -> None:
    pairs = PairSampler(SINGER, SONG).draw(60_000, np.random.default_rng(0))
    positive = SINGER[pairs.first[pairs.same]]
    negative = SINGER[np.concatenate([pairs.first[~pairs.same], pairs.second[~pairs.same]])]
    for name in ("ann", "bo", "cy"):
        assert (positive == name).mean() == pytest.approx(1 / 3, abs=0.02)
    for name in ("ann", "bo", "cy", "di"):
        assert (negative == name).mean() == pytest.approx(1 / 4, abs=0.02)


def test_clips_of_a_singer_are_drawn_uniformly() -> None:
    pairs = PairSampler(SINGER, SONG).draw(60_000, np.random.default_rng(1))
    of_ann = pairs.first[pairs.same & (SINGER[pairs.first] == "ann")]
    shares = np.bincount(of_ann, minlength=6)[:6] / len(of_ann)
    np.testing.assert_allclose(shares, 1 / 6, atol=0.02)


def test_the_same_generator_draws_the_same_pairs() -> None:
    sampler = PairSampler(SINGER, SONG)
    one, other = (sampler.draw(10, np.random.default_rng(5)) for _ in range(2))
    assert (one.first == other.first).all()
    assert (one.second == other.second).all()


@pytest.mark.parametrize(
    ("singer", "song", "options", "said"),
    [
        (["a", "a"], ["x", "y"], {}, "two singers"),
        (["a", "b"], ["x", "y"], {}, "a singer with two clips"),
        (["a", "a", "b"], ["x", "x", "y"], {"cross_song": True}, "clips of two songs"),
        (["a", "a", "b"], ["x", "x", "y"], {"same_song": True}, "a song sung by two singers"),
    ],
)
def test_says_what_the_clips_lack(singer: list[str], song: list[str], options: dict[str, bool], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        PairSampler(np.array(singer), np.array(song), **options)


def test_singers_without_a_partner_clip_are_named() -> None:
    assert PairSampler(SINGER, SONG).lonely_singers() == ["di"]
    song = np.where(SINGER == "cy", "y", SONG)
    assert PairSampler(SINGER, song, cross_song=True).lonely_singers() == ["cy", "di"]
