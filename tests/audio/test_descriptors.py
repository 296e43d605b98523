"""Tones, noises and a singer of the demo choir whose descriptors are known."""

from dataclasses import replace

import librosa
import numpy as np
import pytest

from pipeline.audio.descriptors import DESCRIPTORS, describe_clips, measure_contours, spectral_shape
from pipeline.choir.performance import RATE, sing_notes
from pipeline.choir.singer import draw_singer
from pipeline.choir.timing import SungNote
from pipeline.errors import BadRecordingError

LENGTH, HOP, CLIP = 2048, 512, 256


def describe(samples: np.ndarray, starts: tuple[int, ...] = (0,)) -> list[dict[str, float]]:
    wave = samples.astype(np.float32)
    contours = measure_contours(wave, RATE, length=LENGTH, hop=HOP, min_hz=65.0, max_hz=1000.0)
    voiced = np.ones(len(contours.power), bool)
    clips = describe_clips(contours, voiced, np.array(starts, np.int32), CLIP)
    return [dict(zip(DESCRIPTORS, row, strict=True)) for row in clips.tolist()]


def voice(hertz: np.ndarray | float, seconds: float = 6.0, slope_db: float = -6.0) -> np.ndarray:
    """Sum harmonics up to 10 kHz, each octave `slope_db` lower."""
    frequency = np.broadcast_to(hertz, round(seconds * RATE))
    phase = 2 * np.pi * np.cumsum(frequency) / RATE
    highest = int(10000 / frequency.max())
    wave = sum(k ** (slope_db / 6.0206) * np.sin(k * phase + k * k) for k in range(1, highest + 1))
    scaled: np.ndarray = 0.1 * np.asarray(wave)
    return scaled


@pytest.mark.parametrize(("hertz", "midi"), [(110.0, 45.0), (261.6256, 60.0), (440.0, 69.0)])
def test_pitch_of_a_steady_tone(hertz: float, midi: float) -> None:
    (clip,) = describe(voice(hertz))
    assert clip["f0_median_midi"] == pytest.approx(midi, abs=0.03)
    assert clip["f0_range_semitones"] == pytest.approx(0, abs=0.05)
    assert np.isnan(clip["vibrato_rate_hz"])
    assert clip["vibrato_extent_cents"] < 1


def test_range_of_a_glide() -> None:
    glide = 220 * 2 ** (np.arange(6 * RATE) / (6 * RATE))  # 0.9 x 12 x 256 x 512 / (6 x 22050): 10.70
    (clip,) = describe(voice(glide))
    assert clip["f0_range_semitones"] == pytest.approx(10.70, abs=0.1)
    assert clip["f0_median_midi"] == pytest.approx(63, abs=0.1)


@pytest.mark.parametrize(("rate", "extent"), [(4.5, 30.0), (5.5, 100.0), (7.0, 60.0)])
def test_vibrato_of_a_tone(rate: float, extent: float) -> None:
    times = np.arange(6 * RATE) / RATE
    (clip,) = describe(voice(220 * 2 ** (extent * np.sin(2 * np.pi * rate * times) / 1200)))
    assert clip["vibrato_rate_hz"] == pytest.approx(rate, abs=0.1)
    assert clip["vibrato_extent_cents"] == pytest.approx(extent, rel=0.06)


def test_a_singer_of_the_choir_has_the_vibrato_asked_for() -> None:
    singer = replace(draw_singer(np.random.default_rng(2)), vibrato_rate_hz=6.2, vibrato_extent_cents=70.0)
    singer = replace(singer, vibrato_onset_s=0.1, jitter_cents=3.0, tuning_cents=0.0, breathiness_db=-40.0)
    notes = [SungNote(0.2 + 2 * n, 2.1 + 2 * n, pitch, "a", slurred=False) for n, pitch in enumerate((57, 59, 62))]
    (clip,) = describe(sing_notes(notes, singer, 6.4, np.random.default_rng(0)))
    assert clip["vibrato_rate_hz"] == pytest.approx(6.2, abs=0.1)
    assert clip["vibrato_extent_cents"] == pytest.approx(70, rel=0.08)
    assert clip["f0_median_midi"] == pytest.approx(59, abs=0.4)
    assert clip["f0_range_semitones"] == pytest.approx(5 + 2 * 0.7, abs=0.5)


@pytest.mark.parametrize("decibels", [5.0, 15.0, 25.0])
def test_harmonics_to_noise_ratio(decibels: float) -> None:
    tone = voice(200.0)
    noise = np.random.default_rng(1).normal(size=len(tone))
    noise *= np.sqrt(np.mean(tone**2) / np.mean(noise**2)) * 10 ** (-decibels / 20)
    assert describe(tone + noise)[0]["hnr_db"] == pytest.approx(decibels, abs=1.0)


@pytest.mark.parametrize("hertz", [110.0, 220.0, 440.0])
@pytest.mark.parametrize("slope", [-3.0, -6.0, -12.0])
def test_tilt_of_a_source(hertz: float, slope: float) -> None:
    assert describe(voice(hertz, slope_db=slope))[0]["tilt_db_per_octave"] == pytest.approx(slope, abs=0.35)


@pytest.mark.parametrize("slope", [0.0, -6.0])
def test_tilt_and_centroid_of_noise(slope: float) -> None:
    frequencies = np.linspace(0, RATE / 2, 1 + LENGTH // 2)
    power = np.where(frequencies > 20, np.maximum(frequencies, 20) ** (slope / 3.0103), 0)[None].astype(np.float32)
    centroid, tilt = spectral_shape(power, RATE, 57.0)
    assert tilt == pytest.approx(slope, abs=0.02)
    assert centroid == pytest.approx(np.average(frequencies, weights=power[0]), rel=1e-5)
    assert slope or centroid == pytest.approx(RATE / 4, rel=0.01)


def test_onsets_of_notes_but_not_of_vibrato() -> None:
    times = np.arange(6 * RATE) / RATE
    wobble = voice(220 * 2 ** (80 * np.sin(2 * np.pi * 6 * times) / 1200))
    gate = np.clip((times % 0.75) / 0.02, 0, 1) * np.clip((0.6 - times % 0.75) / 0.02, 0, 1)
    sung = (wobble * gate).astype(np.float32)
    (gated,) = describe(sung)
    assert gated["onsets_per_s"] == pytest.approx(8 / (CLIP * HOP / RATE), abs=0.2)  # 8 notes begin in 5.94 s
    assert len(librosa.onset.onset_detect(y=sung, sr=RATE)) > 12  # plain flux takes swings for onsets


def test_each_clip_is_described_by_its_own_part() -> None:
    low, high = voice(110.0), voice(220.0)
    first, second = describe(np.concatenate([low, high]), starts=(0, 260))
    assert first["f0_median_midi"] == pytest.approx(45, abs=0.05)
    assert second["f0_median_midi"] == pytest.approx(57, abs=0.05)
    assert second["centroid_hz"] > 1.5 * first["centroid_hz"]


def test_silence_has_no_pitch() -> None:
    (clip,) = describe(np.concatenate([np.zeros(6 * RATE), voice(220.0, 0.5)]))
    assert [name for name, value in clip.items() if np.isfinite(value)] == ["onsets_per_s"]


def test_a_recording_shorter_than_a_clip_is_described_by_what_there_is() -> None:
    (clip,) = describe(voice(220.0, 3.0))
    assert clip["f0_median_midi"] == pytest.approx(57, abs=0.05)


def test_too_short_for_praat() -> None:
    with pytest.raises(BadRecordingError, match="Praat cannot measure pitch"):
        describe(voice(220.0, 0.02))
