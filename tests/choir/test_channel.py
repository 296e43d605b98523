import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import welch

from pipeline.choir.channel import EQUALISER_DB, Channel, draw_channel, frequency_response, transmit

RATE = 22_050
FLAT = Channel((0.0, 0.0), 0.0, 1e6, 0.1, -120.0, -6.0, -120.0)


def voice(seconds: float = 3.0) -> np.ndarray:
    return np.random.default_rng(5).standard_normal(int(seconds * RATE)).astype(np.float32)


def changed(**settings: object) -> Channel:
    return Channel(**(vars(FLAT) | settings))


def test_a_flat_channel_changes_nothing_but_the_level() -> None:
    sound = voice()
    heard = transmit(sound, FLAT, RATE, np.random.default_rng(0))
    assert np.abs(heard).max() == pytest.approx(10 ** (-6 / 20), rel=1e-5)
    np.testing.assert_allclose(heard / np.abs(heard).max(), sound / np.abs(sound).max(), atol=1e-4)


def test_the_equaliser_is_cosines_over_the_logarithm_of_frequency() -> None:
    hertz = np.array([60.0, np.sqrt(60 * 11_025), 11_025])
    response = 20 * np.log10(frequency_response(changed(equaliser_db=(5.0, 3.0)), hertz))
    # cos(pi x) and cos(2 pi x) at x = 0, 1/2, 1.
    np.testing.assert_allclose(response, [5 + 3, 0 - 3, -5 + 3], atol=0.01)


def test_the_range_ends_where_asked() -> None:
    hertz = np.array([100.0, 1000.0, 5000.0, 10_000.0])
    response = 20 * np.log10(frequency_response(changed(low_cut_hz=100.0, high_cut_hz=5000.0), hertz))
    np.testing.assert_allclose(response, [-3.01, 0, -3.01, -24.1], atol=0.05)


def test_the_equaliser_is_heard() -> None:
    channel = changed(equaliser_db=(8.0, -4.0, 3.0))
    heard = transmit(voice(), channel, RATE, np.random.default_rng(0))
    frequency, power = welch(heard, RATE, nperseg=2048)
    before = welch(voice(), RATE, nperseg=2048)[1]
    gain = 10 * np.log10(power / before)[20:-20]
    asked = 20 * np.log10(frequency_response(channel, frequency))[20:-20]
    assert np.std(gain - asked) < 0.5


def test_noise_lies_as_far_below_as_asked() -> None:
    sound = voice()
    sound[RATE:] = 0
    heard = transmit(sound, changed(noise_db=-30.0), RATE, np.random.default_rng(0))
    ratio = np.mean(heard[int(1.5 * RATE) :] ** 2) / np.mean(heard[:RATE] ** 2)
    # The voice fills a third of the time: its mean power is 10 log10(3) = 4.8 dB lower than while it sounds.
    assert 10 * np.log10(ratio) == pytest.approx(-30 - 4.8, abs=0.5)


def test_the_room_rings_and_dies_away() -> None:
    click = np.zeros(RATE, dtype=np.float32)
    click[100] = 1
    heard = transmit(click, changed(reverberation_s=0.3, reverberation_db=-10.0), RATE, np.random.default_rng(0))
    tail = heard[101 : 101 + int(0.3 * RATE)].astype(np.float64)
    assert 10 * np.log10(np.sum(tail**2) / heard[100] ** 2) == pytest.approx(-10, abs=0.3)
    early, late = np.sum(tail[: RATE // 20] ** 2), np.sum(tail[RATE // 10 : 3 * RATE // 20] ** 2)
    assert 10 * np.log10(early / late) == pytest.approx(20, abs=2)  # a third of 60 dB in 0.1 s


@given(st.integers(0, 2**32 - 1))
def test_any_channel_gives_sound_within_full_scale(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heard = transmit(voice(0.3), draw_channel(rng), RATE, rng)
    assert np.isfinite(heard).all()
    assert 0.1 < np.abs(heard).max() < 1


def test_channels_differ_as_much_as_their_equalisers_are_drawn_to() -> None:
    hertz = np.geomspace(100, 8000, 50)
    curves = np.array(
        [
            20 * np.log10(frequency_response(draw_channel(np.random.default_rng(seed)), np.append(hertz, 11_025)))
            for seed in range(200)
        ]
    )
    curves -= curves.mean(axis=1, keepdims=True)
    drawn = np.sqrt(np.sum(np.square(EQUALISER_DB)) / 2)  # cosines have a mean square of one half
    assert np.std(curves, axis=0).mean() == pytest.approx(drawn, rel=0.2)
