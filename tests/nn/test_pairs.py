import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from pipeline.nn.pairs import PairSampler, rows_by_code

SINGER = np.array(["ann"] * 6 + ["bo"] * 2 + ["cy"] * 4 + ["di"])
SONG = np.array(["x", "x", "x", "y", "y", "z", "x", "y", "y", "y", "z", "x", "x"])
CORPUS = np.array(["old"] * 8 + ["new"] * 5)


shares = st.sampled_from([0.0, 0.3, 1.0])


@given(st.integers(0, 2**31), st.integers(1, 20), shares, shares, shares)
@settings(max_examples=60, deadline=None)
def test_pairs_are_what_they_claim(
    seed: int, half: int, cross_song: float, same_song: float, within_corpus: float
) -> None:
    sampler = PairSampler(
        SINGER, SONG, corpus=CORPUS, cross_song=cross_song, same_song=same_song, within_corpus=within_corpus
    )
    pairs = sampler.draw(2 * half, np.random.default_rng(seed))
    assert pairs.same.sum() == half == len(pairs.same) / 2
    assert (pairs.first != pairs.second).all()
    assert ((SINGER[pairs.first] == SINGER[pairs.second]) == pairs.same).all()
    if cross_song == 1:
        assert (SONG[pairs.first] != SONG[pairs.second])[pairs.same].all()
    if same_song == 1:
        assert (SONG[pairs.first] == SONG[pairs.second])[~pairs.same].all()
    if within_corpus == 1:
        assert (CORPUS[pairs.first] == CORPUS[pairs.second])[~pairs.same].all()


def draw_as_before_there_were_shares(
    pairs: int, generator: np.random.Generator, *, cross_song: bool, same_song: bool
) -> list[tuple[int, int]]:
    """The draws that a seed stood for when the two were switches: one call of the generator after the other."""
    of = {name: np.flatnonzero(name == SINGER) for name in sorted(set(SINGER))}
    songs = [
        [np.flatnonzero((song == SONG) & (name == SINGER)) for name in of if ((song == SONG) & (name == SINGER)).any()]
        for song in sorted(set(SONG))
    ]
    songs = [singers for singers in songs if len(singers) > 1]
    able = [n for n, clips in enumerate(of.values()) if (len(set(SONG[clips])) if cross_song else len(clips)) > 1]
    drawn = []
    for _ in range(pairs // 2):
        clips = list(of.values())[generator.choice(able)]
        first, second = generator.choice(clips, 2, replace=False)
        while cross_song and SONG[first] == SONG[second]:
            first, second = generator.choice(clips, 2, replace=False)
        drawn.append((int(first), int(second)))
    for _ in range(pairs // 2):
        singers = songs[int(generator.integers(len(songs)))] if same_song else list(of.values())
        one, other = generator.choice(len(singers), 2, replace=False)
        drawn.append((int(generator.choice(singers[one])), int(generator.choice(singers[other]))))
    return drawn


@pytest.mark.parametrize("cross_song", [False, True])
@pytest.mark.parametrize("same_song", [False, True])
def test_shares_of_0_and_1_draw_what_switches_drew(cross_song: bool, same_song: bool) -> None:
    sampler = PairSampler(SINGER, SONG, cross_song=float(cross_song), same_song=float(same_song))
    generator, before = np.random.default_rng(7), np.random.default_rng(7)
    for _ in range(3):
        pairs = sampler.draw(64, generator)
        expected = draw_as_before_there_were_shares(64, before, cross_song=cross_song, same_song=same_song)
        assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == expected
    assert generator.bit_generator.state == before.bit_generator.state


@pytest.mark.slow
def test_a_share_binds_so_many_pairs() -> None:
    """The others fall as they would: with everything else equal, a pair is bound or happens to be so."""
    singer, song = np.repeat(np.arange(4), 4).astype(str), np.tile(np.arange(4), 4).astype(str)
    corpus = np.where(np.isin(singer, ["0", "1"]), "old", "new")
    pairs = PairSampler(singer, song, corpus=corpus, same_song=0.4, within_corpus=0.6).draw(
        40_000, np.random.default_rng(0)
    )
    first, second = pairs.first[~pairs.same], pairs.second[~pairs.same]
    assert (song[first] == song[second]).mean() == pytest.approx(0.4 + 0.6 / 4, abs=0.01)
    assert (corpus[first] == corpus[second]).mean() == pytest.approx(0.6 + 0.4 / 3, abs=0.01)
    pairs = PairSampler(singer, np.tile(["0", "0", "1", "1"], 4), cross_song=0.2).draw(40_000, np.random.default_rng(0))
    halves = np.tile([0, 0, 1, 1], 4)
    differ = (halves[pairs.first] != halves[pairs.second])[pairs.same]
    assert differ.mean() == pytest.approx(0.2 + 0.8 * 2 / 3, abs=0.01)


@pytest.mark.slow
def test_singers_are_drawn_uniformly_however_many_clips_they_have() -> None:
    pairs = PairSampler(SINGER, SONG).draw(60_000, np.random.default_rng(0))
    positive = SINGER[pairs.first[pairs.same]]
    negative = SINGER[np.concatenate([pairs.first[~pairs.same], pairs.second[~pairs.same]])]
    for name in ("ann", "bo", "cy"):
        assert (positive == name).mean() == pytest.approx(1 / 3, abs=0.02)
    for name in ("ann", "bo", "cy", "di"):
        assert (negative == name).mean() == pytest.approx(1 / 4, abs=0.02)


@pytest.mark.slow
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
        (["a", "a", "b"], ["x", "x", "y"], {"cross_song": 1.0}, "clips of two songs"),
        (["a", "a", "b"], ["x", "x", "y"], {"same_song": 0.5}, "train.same_song needs a song sung by two singers"),
        (
            ["a", "a", "b"],
            ["x", "x", "y"],
            {"within_corpus": 0.5},
            "train.within_corpus needs a corpus with two singers",
        ),
        (
            ["a", "a", "b", "c", "d"],
            ["x", "x", "y", "x", "z"],
            {"same_song": 1.0, "within_corpus": 1.0},
            "a song sung by two singers of one corpus",
        ),
    ],
)
def test_says_what_the_clips_lack(singer: list[str], song: list[str], options: dict[str, float], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        PairSampler(np.array(singer), np.array(song), corpus=np.array(list("aabba")[: len(singer)]), **options)


def test_singers_without_a_partner_clip_are_named() -> None:
    assert PairSampler(SINGER, SONG).singers_without_pair() == ["di"]
    assert PairSampler(SINGER, SONG, cross_song=0.5).singers_without_pair() == ["di"]
    song = np.where(SINGER == "cy", "y", SONG)
    assert PairSampler(SINGER, song, cross_song=1.0).singers_without_pair() == ["cy", "di"]


@given(st.lists(st.integers(0, 6), max_size=30))
def test_rows_of_each_code_are_found_in_one_pass(codes: list[int]) -> None:
    code = np.array(codes, np.int64)
    found = rows_by_code(code, 7)
    assert [rows.tolist() for rows in found] == [np.flatnonzero(code == one).tolist() for one in range(7)]


def test_no_code_has_no_rows() -> None:
    assert rows_by_code(np.array([], np.int64), 0) == []
