"""Voice detection, against a double loop in float64, signals whose voicing is known, and real singing."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.audio.decode import decode
from pipeline.audio.resample import to_mono
from pipeline.audio.settings import VoiceSettings
from pipeline.audio.voicing import Voiced, detect_voice, find_voice, measure_voice
from pipeline.errors import BadInputError

RATE, LENGTH, HOP = 22050, 2048, 512
MIN_HZ, MAX_HZ = 65.0, 1000.0
Samples = NDArray[np.float32]


def both(samples: Samples) -> tuple[Samples, Samples]:
    return measure_voice(samples, RATE, length=LENGTH, hop=HOP, min_hz=MIN_HZ, max_hz=MAX_HZ)


def measure(samples: Samples) -> Samples:
    return both(samples)[1]


def interior(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    return frames[3:-3]


def harmonic_tone(hertz: float, seconds: float) -> Samples:
    time = np.arange(round(seconds * RATE)) / RATE
    partials = sum(np.sin(2 * np.pi * hertz * k * time + k) / k for k in range(1, 8))
    return (0.3 * np.asarray(partials)).astype(np.float32)


def white_noise(seconds: float, level: float = 0.3) -> Samples:
    return (level * np.random.default_rng(5).normal(size=round(seconds * RATE))).astype(np.float32)


def looped_frame(samples: Samples, frame: int) -> NDArray[np.float64]:
    before = np.zeros(LENGTH // 2)
    padded = np.concatenate([before, samples.astype(np.float64), before])
    return padded[frame * HOP : frame * HOP + LENGTH]


def looped_confidence(stretch: NDArray[np.float64]) -> float:
    """Compute the definition with two loops."""
    stretch = stretch - sum(stretch) / len(stretch)
    whole = sum(value * value for value in stretch)
    best, fallen = 0.0, False
    for lag in range(1, 339 + 1):
        product = head = tail = 0.0
        for first, second in zip(stretch[:-lag].tolist(), stretch[lag:].tolist(), strict=True):
            product += first * second
            head += first * first
            tail += second * second
        value = product / max((head * tail) ** 0.5, 1e-3 * whole)
        if fallen and lag >= 22:
            best = max(best, value)
        fallen = fallen or value <= 0
    return min(best, 1.0)


@pytest.mark.slow
def test_confidence_by_a_double_loop() -> None:
    tone = harmonic_tone(196.0, 0.4)
    attack = np.concatenate([np.zeros(3000, np.float32), tone])
    samples = attack + white_noise(len(attack) / RATE, 0.05)[: len(attack)]
    measured = measure(samples)
    for frame in (0, 4, 5, 6, 11):
        assert measured[frame] == pytest.approx(looped_confidence(looped_frame(samples, frame)), abs=2e-4)


def test_confidence_at_a_sudden_end_of_sound() -> None:
    samples = np.concatenate([harmonic_tone(300.0, 0.2), np.zeros(6000, np.float32)])
    measured = measure(samples)
    for frame in range(6, 11):
        expected = looped_confidence(looped_frame(samples, frame))
        assert measured[frame] == pytest.approx(expected, abs=5e-3)


def test_rms_by_hand() -> None:
    samples = np.full(4096, 0.5, np.float32)
    energy, _ = both(samples)
    # the frame at either end is half zeros
    assert energy[0] == pytest.approx(0.5 / 2**0.5)
    assert energy[1] == pytest.approx(0.5 * 0.75**0.5)
    np.testing.assert_allclose(energy[2:-2], 0.5, rtol=1e-6)


@pytest.mark.parametrize("samples", [1, 511, 512, 2048, 70000, 70144])
def test_frames_are_one_and_samples_over_hop(samples: int) -> None:
    noise = np.random.default_rng(0).normal(size=samples).astype(np.float32)
    energy, periodicity = both(noise)
    assert len(energy) == len(periodicity) == 1 + samples // HOP


@pytest.mark.parametrize("hertz", [70.0, 82.41, 220.0, 440.0, 987.77])
def test_periodic_sounds_score_near_one(hertz: float) -> None:
    sine = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
    assert interior(measure(sine)).min() > 0.99
    assert interior(measure(harmonic_tone(hertz, 1.0))).min() > 0.9  # whole-sample lags cost the high partials


def test_a_pulse_train_scores_one() -> None:
    pulses = np.zeros(RATE, np.float32)
    pulses[::150] = 1.0
    assert interior(measure(pulses)).min() > 0.99


def test_noise_scores_low_and_silence_zero() -> None:
    assert interior(measure(white_noise(1.0))).max() < 0.25
    assert not measure(np.zeros(RATE, np.float32)).any()
    tone_after_silence = np.concatenate([np.full(RATE, 1e-5, np.float32), harmonic_tone(220.0, 1.0)])
    assert not measure(tone_after_silence)[:40].any()


def test_rumble_scores_low() -> None:
    """A room's noise below 50 Hz resembles itself at every short lag, and is no voice."""
    spectrum = np.fft.rfft(white_noise(4.0))
    spectrum[np.fft.rfftfreq(4 * RATE, 1 / RATE) > 50] = 0
    rumble = np.fft.irfft(spectrum).astype(np.float32)
    assert interior(measure(rumble)).mean() < 0.2


def test_confidence_does_not_depend_on_level_or_offset() -> None:
    samples = harmonic_tone(150.0, 0.5) + white_noise(0.5, 0.1)
    np.testing.assert_allclose(measure(samples * np.float32(1e-3)), measure(samples), atol=1e-4)
    np.testing.assert_allclose(interior(measure(samples + np.float32(0.5))), interior(measure(samples)), atol=2e-3)


def synthetic_performance() -> Samples:
    return np.concatenate([white_noise(1.0, 1e-3), harmonic_tone(220.0, 2.0), white_noise(1.0, 0.03)])


def test_a_tone_is_told_from_silence_and_noise() -> None:
    samples = synthetic_performance()
    voiced, energy_rule = detect_voice(*both(samples), seed=0)
    seconds = np.arange(len(voiced)) * HOP / RATE
    edge = LENGTH / 2 / RATE
    assert voiced[(seconds > 1 + edge) & (seconds < 3 - edge)].all()
    assert not voiced[(seconds < 1 - edge) | (seconds > 3 + edge)].any()
    assert not energy_rule


def test_the_two_clusters_by_hand() -> None:
    energy = np.array([0.1, 0.12, 0.5, 0.52, 0.11], np.float32)
    periodicity = np.array([0.2, 0.1, 0.9, 0.95, 0.15], np.float32)
    assert detect_voice(energy, periodicity, seed=0)[0].tolist() == [False, False, True, True, False]


def test_the_larger_sum_wins_where_the_measures_disagree() -> None:
    # energy splits 1 : 3, so the single frame stands sqrt(3) above the mean; confidence is against it by far less
    energy = np.array([1.0, 0.0, 0.0, 0.0], np.float32)
    periodicity = np.array([0.4, 0.2, 0.4, 0.6], np.float32)
    assert detect_voice(energy, periodicity, seed=0)[0].tolist() == [True, False, False, False]


@pytest.mark.parametrize("steady", ["energy", "confidence"])
def test_one_constant_measure_leaves_the_choice_to_the_other(steady: str) -> None:
    constant, varying = np.full(6, 0.5, np.float32), np.array([0.1, 0.9, 0.1, 0.9, 0.9, 0.1], np.float32)
    energy, periodicity = (constant, varying) if steady == "energy" else (varying, constant)
    voiced, energy_rule = detect_voice(energy, periodicity, seed=0)
    assert voiced.tolist() == [False, True, False, True, True, False]
    assert not energy_rule


def test_constant_input_falls_back_on_energy_and_says_so() -> None:
    steady = np.full(10, 0.5, np.float32)
    voiced, energy_rule = detect_voice(steady, steady, seed=0)
    assert voiced.all()
    assert energy_rule
    voiced, energy_rule = detect_voice(np.zeros(10, np.float32), np.zeros(10, np.float32), seed=0)
    assert not voiced.any()
    assert energy_rule


def test_detection_does_not_depend_on_threads() -> None:
    samples = synthetic_performance()
    energy, periodicity = both(samples)
    found = []
    for threads in (1, 4):
        with threadpool_limits(limits=threads):
            found.append(detect_voice(energy, periodicity, seed=3)[0].tolist())
    assert found[0] == found[1]


CORPORA = os.environ.get("SINGING_CORPORA")


@pytest.mark.skipif(CORPORA is None, reason="SINGING_CORPORA does not name a folder of real singing")
def test_real_singing_agrees_with_where_it_is_known_to_be() -> None:
    root = Path(str(CORPORA)) / "ravdess_song"
    trials = pd.read_csv(root / "manifest.csv").groupby("singer").nth([3, 40])
    inside, outside = [], []
    for path, start, end in zip(trials["path"], trials["active_start_s"], trials["active_end_s"], strict=True):
        samples = np.concatenate(list(to_mono([decode(root / path)[0]], root)))
        voiced, _ = detect_voice(*both(samples), seed=0)
        seconds = np.arange(len(voiced)) * HOP / RATE
        inside.append(voiced[(seconds > start) & (seconds < end)])
        outside.append(voiced[(seconds < start - 0.2) | (seconds > end + 0.2)])
    assert len(inside) == 32
    assert np.concatenate(inside).mean() > 0.75  # consonants and breaths within are unvoiced
    assert min(voiced.mean() for voiced in inside) > 0.5
    assert np.concatenate(outside).mean() < 0.02


SETTINGS = VoiceSettings(2048, 512, 65.0, 1000.0, clip_frames=32, clip_hop=16, min_voiced=16, pad_short=True, seed=0)


def test_a_tone_between_silences_is_found_with_its_clips() -> None:
    time = np.arange(2 * RATE) / RATE
    tone = sum(np.sin(2 * np.pi * 220 * k * time + np.sin(2 * np.pi * 5.5 * time)) / k for k in range(1, 9)) * 0.1
    quiet = np.zeros(round(1.25 * RATE))
    found, energy_rule = find_voice(np.concatenate([quiet, tone, quiet[:RATE]]).astype(np.float32), RATE, SETTINGS)
    assert not energy_rule
    frames = round(4.25 * RATE) // 512 + 1
    first, last = 1.25 * RATE / 512, 3.25 * RATE / 512
    assert len(found.energy) == len(found.confidence) == len(found.frames) == frames
    voiced = np.flatnonzero(found.frames)
    assert abs(voiced[0] - first) <= 3
    assert abs(voiced[-1] - last) <= 3
    assert len(voiced) > 0.9 * (last - first)
    by_hand = [at for at in range(0, frames - 31, 16) if found.frames[at : at + 32].sum() > 16]
    assert found.clip_starts.tolist() == by_hand
    assert min(by_hand) in (32, 48)  # a clip from 48 on lies in the tone, one from 32 on up to half of it
    assert max(by_hand) == 112  # 112 to 144; the tone ends at 140, so from 128 on there is too little of it


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    found = Voiced(
        np.array([0.5, 0.25], np.float32),
        np.array([1, 0], np.float32),
        np.array([True, False]),
        np.array([0], np.int32),
    )
    found.save(tmp_path / "ann.npz")
    loaded = Voiced.load(tmp_path / "ann.npz")
    for name in ("energy", "confidence", "frames", "clip_starts"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(found, name))


@pytest.mark.parametrize("content", [None, b"no zip", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ann.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError, match="ann.npz: no voice detection that can be read"):
        Voiced.load(path)


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "ann.npz", vectors=np.zeros(3))
    with pytest.raises(BadInputError, match="ann.npz: no voice detection that can be read"):
        Voiced.load(tmp_path / "ann.npz")
