"""Mixing to mono and resampling, against sines written out and silence in its disguises."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from pipeline.audio import resample as module
from pipeline.audio.resample import check_long_enough, limit_peak
from pipeline.audio.spool import Spool
from pipeline.errors import BadRecordingError

Samples = NDArray[np.float32]


def blocks(samples: Samples, length: int) -> Iterator[Samples]:
    return (samples[start : start + length] for start in range(0, len(samples), length))


def to_mono(samples: Samples, length: int = 700) -> Samples:
    return np.concatenate(list(module.to_mono(blocks(samples, length), Path())))


def resample(samples: Samples, rate: int, target: int, quality: str, length: int = 10000) -> Samples:
    return np.concatenate(list(module.resample(blocks(samples, length), rate, target, quality)))


def test_mono_is_the_mean_without_its_offset() -> None:
    samples = np.array([[0.5, 0.1], [0.3, -0.1], [-0.5, 0.3]], np.float32)
    # channel means 0.3, 0.1, -0.1; their mean 0.1
    np.testing.assert_allclose(to_mono(samples), [0.2, 0.0, -0.2], atol=1e-7)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("offset", [0.0, 0.7, -1.0])
def test_silence_and_constant_offset_are_silent(channels: int, offset: float) -> None:
    hiss = 4e-5 * np.random.default_rng(0).uniform(-1, 1, (5000, channels))  # peak to peak 8e-5
    with pytest.raises(BadRecordingError, match="^silent$"):
        to_mono((offset + hiss).astype(np.float32))


def test_what_is_barely_louder_is_kept() -> None:
    samples = np.array([[0.2], [0.2 + 1.2e-4]], np.float32)
    assert np.ptp(to_mono(samples)) == pytest.approx(1.2e-4, rel=1e-3)


VOICE = np.sin(np.arange(4000) / 20).astype(np.float32)
HISS = (0.003 * np.random.default_rng(0).standard_normal(4000)).astype(np.float32)
BLEED = (0.05 * np.sin(np.arange(4000) / 33)).astype(np.float32)


@pytest.mark.parametrize(
    "other",
    [
        -0.9999 * VOICE,
        -0.97 * VOICE,
        -0.9 * np.roll(VOICE, 1) + HISS,
        -0.97 * VOICE + 0.2,
        -0.95 * VOICE + BLEED,
        7 * BLEED - 0.7 * VOICE,
    ],
    ids=[
        "opposite",
        "nearly",
        "a sample late, with noise",
        "with an offset",
        "with another voice",
        "with another voice, loud",
    ],
)
def test_of_channels_that_cancel_the_loudest_is_taken(other: Samples) -> None:
    for order in (1, -1):
        samples = np.stack([VOICE, other][::order], axis=1).astype(np.float32)
        np.testing.assert_allclose(to_mono(samples), VOICE - VOICE.mean(), atol=1e-6)


@pytest.mark.parametrize(
    "channels",
    [
        [VOICE, VOICE],
        [VOICE, np.zeros_like(VOICE)],
        [VOICE, HISS],
        [VOICE, -0.3 * VOICE],
        [np.zeros_like(VOICE)] * 5 + [VOICE],
    ],
    ids=["alike", "one silent", "one noise", "one turned, much softer", "one of six"],
)
def test_channels_that_do_not_cancel_are_averaged(channels: list[Samples]) -> None:
    samples = np.stack(channels, axis=1)
    mean = samples.T.mean(axis=0)
    expected = mean - np.float32(float(mean.sum(dtype=np.float64)) / len(mean))
    np.testing.assert_array_equal(to_mono(samples, length=len(samples)), expected)


@pytest.mark.parametrize(("turned", "alone"), [(0.5, True), (0.15, True), (0.05, False)])
def test_channels_that_cancel_in_a_part_lose_none_of_it(turned: float, alone: bool) -> None:
    """40 stretches of one level; of six turned ones 15 per cent would be lost, of two 5 per cent, which may be."""
    voice = np.sin(np.arange(40 * 2**15) / 20).astype(np.float32)
    other = voice.copy()
    other[: round(turned * len(voice))] *= -1
    for length in (70_000, 2**15):
        mono = to_mono(np.stack([voice, other], axis=1), length)
        np.testing.assert_allclose(np.abs(mono), np.abs(voice if alone else (voice + other) / 2), atol=1e-3)


def test_a_soft_stretch_that_cancels_is_no_matter() -> None:
    """As where pauses hold hum that two microphones took up the other way round: 40 dB softer than the voice."""
    voice = np.sin(np.arange(4 * 2**15) / 20).astype(np.float32)
    voice[: 2 * 2**15] *= 0.01
    other = 0.5 * voice
    other[: 2 * 2**15] *= -2
    np.testing.assert_allclose(to_mono(np.stack([voice, other], axis=1)), (voice + other) / 2, atol=1e-3)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 96000])
def test_a_sine_keeps_its_pitch_level_and_phase(rate: int) -> None:
    source = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32)
    resampled = resample(source, rate, 22050, "HQ")
    assert resampled.dtype == np.float32
    assert abs(len(resampled) - 22050) <= 1
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(resampled)) / 22050)
    np.testing.assert_allclose(resampled[500:-500], expected[500:-500], atol=1e-4)


def test_what_lies_above_the_new_range_is_gone() -> None:
    source = np.sin(2 * np.pi * 15000 * np.arange(44100) / 44100).astype(np.float32)
    assert np.abs(resample(source, 44100, 22050, "HQ")[500:-500]).max() < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "length"), [(44100, 1), (44100, 4097), (8000, 333), (22050, 5000)])
def test_blocks_do_not_show(rate: int, length: int) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 20000).astype(np.float32)
    np.testing.assert_allclose(
        resample(noise, rate, 22050, "HQ", length), soxr.resample(noise, rate, 22050, "HQ"), atol=1e-6
    )
    two = np.stack([noise, 0.3 * noise + 0.1], axis=1)
    expected = two.astype(np.float64).mean(axis=1)
    np.testing.assert_allclose(to_mono(two, length), expected - expected.mean(), atol=1e-7)


def test_a_sound_in_one_channel_of_one_block_is_heard() -> None:
    samples = np.zeros((3000, 2), np.float32)
    samples[2500, 1] = 0.5
    assert np.ptp(to_mono(samples)) == pytest.approx(0.25)


def test_too_short_is_named_with_its_length() -> None:
    check_long_enough(2048, 22050, 2048)
    with pytest.raises(BadRecordingError, match=r"^too short: 93 ms, an analysis frame has 93 ms$"):
        check_long_enough(2047, 22050, 2048)


@pytest.mark.parametrize(("samples", "limited"), [([0.5, -2.0], [0.25, -1.0]), ([0.5, -1.0], [0.5, -1.0])])
def test_only_a_peak_above_one_is_scaled_down(samples: list[float], limited: list[float], tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        for sample in samples:
            spool.append(np.array([sample], np.float32))
        assert np.concatenate(list(limit_peak(spool))).tolist() == limited
