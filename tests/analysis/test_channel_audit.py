import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from pipeline.analysis.channel_audit import accuracy, chance_share, nearest_is_same_singer
from pipeline.analysis.neighbours import chance
from pipeline.audio.ltas import band_edges, long_term_average, power_frames

SINGER, SONG = np.repeat(list("abcdefgh"), 4), np.tile(list("wxyz"), 8)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_nearest_among_other_songs_against_a_second_library() -> None:
    vectors = rng(1).normal(size=(32, 2)) + np.repeat(rng(2).normal(size=(8, 2)), 4, axis=0)
    found = np.empty(32, "U1")
    for song in "wxyz":
        own = np.isin(SONG, [song])
        found[own] = KNeighborsClassifier(1).fit(vectors[~own], SINGER[~own]).predict(vectors[own])
    right = nearest_is_same_singer(vectors, SINGER, SONG)
    np.testing.assert_array_equal(right, found == SINGER)
    assert 0.1 < right.mean() < 0.9


def test_chance_by_hand_and_by_drawing() -> None:
    assert chance_share(SINGER, SONG) == pytest.approx(3 / 24)
    assert chance(SINGER, [1], 2000, rng(), excluded=SONG)[1] == pytest.approx(3 / 24, abs=0.01)


def recorded(equaliser: np.ndarray, seed: int) -> np.ndarray:
    """Average spectrum of white noise through an equaliser given in dB at the bands."""
    samples = rng(seed).normal(0, 0.1, 22050).astype(np.float32)
    bands = [(first + end) / 2 for first, end in band_edges(22050, 2048)]
    curve = np.interp(np.arange(len(samples) // 2 + 1) * 2048 / len(samples), bands, equaliser)
    heard = np.fft.irfft(np.fft.rfft(samples) * 10 ** (curve / 20), len(samples)).astype(np.float32)
    return long_term_average(power_frames(heard, 2048, 512), 22050)


@pytest.mark.slow
def test_singers_that_differ_by_equaliser_alone_are_found_and_by_a_random_one_not() -> None:
    own = np.repeat(rng(3).normal(0, 4, (8, 20)), 4, axis=0)
    fixed = np.stack([recorded(curve, seed) for seed, curve in enumerate(own)])
    assert nearest_is_same_singer(fixed, SINGER, SONG).mean() == 1
    shares = []
    for draw in range(4):
        random = np.stack([recorded(curve, seed) for seed, curve in enumerate(rng(10 + draw).normal(0, 4, (32, 20)))])
        shares.append(nearest_is_same_singer(random, SINGER, SONG).mean())
    assert np.mean(shares) == pytest.approx(3 / 24, abs=0.1)  # 128 trials: standard error 0.03


def test_the_interval_holds_the_share_and_does_not_vanish_at_the_ends() -> None:
    right = rng(4).random(32) < 0.5
    reading = accuracy(right, SINGER, 1000, rng())
    assert reading.value == right.mean()
    assert reading.low < reading.value < reading.high
    # 1 - 0.025^(1/8): Clopper and Pearson for 0 of 8
    assert accuracy(np.zeros(32, bool), SINGER, 10, rng())[:] == pytest.approx((0, 0, 0.3694), abs=1e-4)
    assert accuracy(np.ones(32, bool), SINGER, 10, rng())[:] == pytest.approx((1, 0.6306, 1), abs=1e-4)


def test_with_one_song_nobody_is_found() -> None:
    assert not nearest_is_same_singer(np.zeros((3, 1)), np.array(list("aab")), np.array(list("xxx"))).any()
