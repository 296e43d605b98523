import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import welch

from pipeline.choir.channel import EQUALISER_DB, STRONGEST, Channel, code, draw_channel, frequency_response, transmit

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


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1), st.floats(0, STRONGEST))
def test_any_channel_gives_sound_within_full_scale(seed: int, strength: float) -> None:
    rng = np.random.default_rng(seed)
    heard = transmit(voice(0.3), draw_channel(rng, strength), RATE, rng)
    assert np.isfinite(heard).all()
    assert 0.1 < np.abs(heard).max() < 1


def test_at_strength_zero_nothing_is_heard_of_the_channel() -> None:
    rng = np.random.default_rng(3)
    channel = draw_channel(rng, 0.0)
    sound = voice()
    heard = transmit(sound, channel, RATE, rng)
    assert channel.peak_db == -1.0
    np.testing.assert_allclose(heard / np.abs(heard).max(), sound / np.abs(sound).max(), atol=1e-5)


def test_as_many_numbers_are_drawn_whatever_the_strength() -> None:
    after = []
    for strength in (0.0, 1.0, STRONGEST):
        rng = np.random.default_rng(11)
        draw_channel(rng, strength)
        after.append(rng.random())
    assert len(set(after)) == 1


def many(strength: float) -> list[Channel]:
    return [draw_channel(np.random.default_rng(seed), strength) for seed in range(800)]


@pytest.mark.parametrize(
    ("strength", "noise_db", "room_db", "low_hz", "high_hz", "bits"),
    [
        (1.0, (-66, -54), (-32, -20), (40, 150), (8500, 10_500), (16, 16)),
        # Half way from 1 to 4 the edges are half an octave closer: 150 x 2^(1/2), 8500 / 2^(1/2).
        (2.5, (-66, -36), (-32, -11), (40, 212.1), (6010.4, 10_500), (8, 16)),
        (4.0, (-66, -18), (-32, -2), (40, 300), (4250, 10_500), (8, 16)),
    ],
)
def test_channels_are_drawn_from_the_ranges_of_their_strength(
    strength: float,
    noise_db: tuple[float, float],
    room_db: tuple[float, float],
    low_hz: tuple[float, float],
    high_hz: tuple[float, float],
    bits: tuple[float, float],
) -> None:
    channels = many(strength)
    for name, (lowest, highest) in {
        "noise_db": noise_db,
        "reverberation_db": room_db,
        "low_cut_hz": low_hz,
        "high_cut_hz": high_hz,
        "code_bits": bits,
    }.items():
        values = [getattr(channel, name) for channel in channels]
        tolerance = 0.01 * (highest - lowest) + 0.1
        assert min(values) == pytest.approx(lowest, abs=tolerance)
        assert max(values) == pytest.approx(highest, abs=tolerance)
        assert lowest - 0.1 <= min(values) <= max(values) <= highest + 0.1


@pytest.mark.parametrize(("strength", "share"), [(2.0, 0.0), (2.5, 0.125), (4.0, 0.5)])
def test_telephones_come_in_above_two(strength: float, share: float) -> None:
    assert np.mean([channel.telephone for channel in many(strength)]) == pytest.approx(share, abs=0.05)


def test_a_telephone_lets_its_band_through_and_little_else() -> None:
    hertz = np.array([150.0, 300.0, 1000.0, 3400.0, 5000.0])
    response = 20 * np.log10(frequency_response(changed(telephone=True), np.append(hertz, 11_025)))[:-1]
    # 10 log10(1 + 2^12) = 36.1 dB an octave below, 10 log10(1 + (5000 / 3400)^24) = 40.2 dB above.
    np.testing.assert_allclose(response, [-36.1, -3.0, 0.0, -3.0, -40.2], atol=0.1)


def test_code_rounds_to_the_steps_of_telephony() -> None:
    """8 bits of G.711's curve: a loud tone and one 40 dB softer both keep about 38 dB over the noise."""
    times = np.arange(RATE) / RATE
    for level in (0.9, 0.009):
        tone = (level * np.sin(2 * np.pi * 441.7 * times)).astype(np.float32)
        coded = code(tone, 8.0)
        assert len(np.unique(np.abs(coded))) <= 128
        # Steps of ln(256) / 127 in log(1 + 255 x): at most 4.4 % of the sample, uniform within: 1 / sqrt(12) of it.
        noise_db = 10 * np.log10(np.mean((coded - tone) ** 2) / np.mean(tone**2))
        assert -40 < noise_db < -29
    np.testing.assert_array_equal(code(tone, 16.0), tone)
    np.testing.assert_allclose(code(np.array([-1.0, 0.0, 1.0], dtype=np.float32), 8.0), [-1, 0, 1], atol=1e-6)


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
