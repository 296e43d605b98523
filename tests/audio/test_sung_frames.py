"""The verdict on every frame: by hand on made-up measurements, and on small sounds whose singing is known."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.decode import decode
from pipeline.audio.periodicity import Periods
from pipeline.audio.resample import to_mono
from pipeline.audio.settings import VoiceSettings
from pipeline.audio.sung_frames import Evidence, FrameVerdict, find_sung
from pipeline.audio.voice_detection import detect, judge_frames
from pipeline.audio.voicing import find_voice

RATE, HOP = 22050, 512
FRAME_S = HOP / RATE
SETTINGS = VoiceSettings(
    2048, HOP, 40.0, 1000.0, clip_frames=32, clip_hop=16, min_voiced=16, pad_short=True, seed=0, method="periodicity"
)
Signal = NDArray[np.float32]


def tone(hertz: float, seconds: float, gain: float = 0.2, cents: float = 0.0, harmonics: int = 8) -> Signal:
    time = np.arange(round(seconds * RATE)) / RATE
    swing = hertz * (2 ** (cents / 1200) - 1) / 5.5 * np.sin(2 * np.pi * 5.5 * time)
    phase = 2 * np.pi * hertz * time + swing
    parts = [np.sin(k * phase) / k for k in range(1, 1 + harmonics) if k * hertz < 10_000]
    return np.asarray(gain * np.sum(parts, axis=0), np.float32)


def noise(seconds: float, gain: float, seed: int = 0) -> Signal:
    return (gain * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


def hum(seconds: float, hertz: float = 60.0, gain: float = 10 ** (-50 / 20)) -> Signal:
    time = np.arange(round(seconds * RATE)) / RATE
    return (gain * (np.sin(2 * np.pi * hertz * time) + 0.7 * np.sin(6 * np.pi * hertz * time))).astype(np.float32)


def quiet(seconds: float) -> Signal:
    return np.zeros(round(seconds * RATE), np.float32)


def join(*parts: Signal) -> Signal:
    return np.concatenate(parts)


def evidence(samples: Signal) -> Evidence:
    return judge_frames(samples, RATE, SETTINGS)[1]


def sung(samples: Signal) -> NDArray[np.bool_]:
    return evidence(samples).sung


def share(samples: Signal, start: float, end: float, margin: float = 0.07) -> float:
    """Return the share of frames sung between two moments, apart from their margins."""
    found = sung(samples)
    seconds = np.arange(len(found)) * FRAME_S
    return float(found[(seconds > start + margin) & (seconds < end - margin)].mean())


def measured(level_db: list[float], periodicity: list[float], hertz: float = 220.0) -> Periods:
    frames = len(level_db)
    return Periods(
        10 ** (np.array(level_db) / 10),
        np.ones(frames),
        np.array(periodicity),
        np.full(frames, 1 / hertz),
        np.ones(frames),
    )


def verdicts(measurements: Periods, lowest_hz: float = 40.0) -> list[int]:
    return [int(one) for one in find_sung(measurements, RATE, FRAME_S, lowest_hz).verdict]


def test_the_verdicts_by_hand() -> None:
    """Six tones; one that goes on; noise; a soft tone of one frame, and a loud one, amid noise."""
    levels = [-0.1] * 6 + [-1.0] + [-2.0] * 8 + [-13.0] + [-2.0] * 8 + [-0.2] + [-2.0] * 8
    periodic = [0.9] * 6 + [0.4] + [0.1] * 8 + [0.9] + [0.1] * 8 + [0.9] + [0.1] * 8
    found = verdicts(measured(levels, periodic))
    assert found == (
        [FrameVerdict.SUNG] * 7
        + [FrameVerdict.UNPITCHED] * 8
        + [FrameVerdict.BRIEF]  # no echo: 10 frames after, one would lie 10 + 10 x 25 x 0.0232 = 15.8 dB down
        + [FrameVerdict.UNPITCHED] * 8
        + [FrameVerdict.BRIEF]
        + [FrameVerdict.UNPITCHED] * 8
    )


def test_what_dies_away_is_not_sung_and_what_is_held_is() -> None:
    falling = [-12.0 - 0.9 * frame for frame in range(20)]  # 39 dB a second: faster than a tone must fall
    held = [-20.0] * 20  # reached by the line of 10 + 0.58 dB a frame after 17.2 frames
    echo = verdicts(measured([0.0] * 10 + falling, [0.9] * 30))
    soft = verdicts(measured([0.0] * 10 + held, [0.9] * 30))
    assert echo == [FrameVerdict.SUNG] * 10 + [FrameVerdict.FAINT] * 20
    assert soft[:10] + soft[-2:] == [FrameVerdict.SUNG] * 10 + [FrameVerdict.BRIEF] * 2
    assert verdicts(measured([0.0] * 10 + held * 2, [0.9] * 50))[-22:] == [FrameVerdict.SUNG] * 22


def test_gaps_of_a_tenth_of_a_second_are_filled_and_longer_ones_are_not() -> None:
    for gap, inside in ((4, FrameVerdict.SUNG), (5, FrameVerdict.UNPITCHED)):
        found = verdicts(measured([0.0] * (20 + gap), [0.9] * 10 + [0.1] * gap + [0.9] * 10))
        assert found == [FrameVerdict.SUNG] * 10 + [inside] * gap + [FrameVerdict.SUNG] * 10


def test_below_the_lowest_pitch_nothing_is_sung() -> None:
    bass = measured([0.0] * 20, [0.9] * 20, hertz=55.0)
    assert verdicts(bass, 65.0) == [FrameVerdict.LOW] * 20
    assert verdicts(bass, 40.0) == [FrameVerdict.SUNG] * 20


def test_two_notes_of_the_same_level_are_no_hum_though_one_is_at_its_pitch() -> None:
    scale = join(tone(100.0, 1.0), tone(112.5, 1.0), tone(125.0, 1.0), tone(150.0, 1.0))
    assert sung(scale).all()


@pytest.mark.parametrize("hertz", [40.0, 47.0, 65.0, 97.0, 130.8, 330.0, 587.3, 987.8, 1500.0])
@pytest.mark.parametrize("harmonics", [1, 8])
@pytest.mark.parametrize("cents", [0.0, 60.0])
def test_a_sustained_tone_is_sung_from_end_to_end(hertz: float, harmonics: int, cents: float) -> None:
    assert sung(tone(hertz, 3.5, cents=cents, harmonics=harmonics)).all()


@pytest.mark.parametrize("hertz", [50.0, 60.0, 100.0, 120.0])
def test_at_the_pitch_of_the_mains_a_tone_that_begins_is_sung(hertz: float) -> None:
    assert share(join(quiet(0.5), tone(hertz, 3.5), quiet(0.5)), 0.5, 4.0) == 1.0
    fading = tone(hertz, 3.5)
    fading[: RATE // 20] *= np.linspace(0, 1, RATE // 20, dtype=np.float32)
    assert share(fading, 0.0, 3.5) == 1.0


@pytest.mark.parametrize("hertz", [50.0, 60.0, 100.0, 120.0])
def test_at_the_pitch_of_the_mains_a_vibrato_of_20_cents_is_sung(hertz: float) -> None:
    assert sung(tone(hertz, 4.0, cents=20.0)).all()


def white() -> Signal:
    return noise(4.0, 0.1)


def rumble() -> Signal:
    spectrum = np.fft.rfft(white())
    hertz = np.fft.rfftfreq(4 * RATE, 1 / RATE)
    return np.fft.irfft(spectrum / np.maximum(hertz, 20)).astype(np.float32)


def clicks() -> Signal:
    made = quiet(4.0)
    for start in range(0, len(made) - 200, RATE // 2):
        made[start : start + 110] = noise(0.005, 0.5, start)[:110]
    return made


UNSUNG: dict[str, Callable[[], Signal]] = {
    "white noise": white,
    "rumble": rumble,
    "clicks": clicks,
    "silence": lambda: quiet(4.0),
    "a hum of 60 Hz": lambda: hum(6.0),
    "a hum of 50 Hz": lambda: hum(6.0, 50.1, 0.02),
    "a hum that flutters": lambda: hum(6.0) * np.linspace(0.9, 1.1, 6 * RATE, dtype=np.float32),
    "a hum whose mains stray": lambda: hum(6.0, 49.85) + noise(6.0, 10 ** (-60 / 20)),
    "a hum in noise 5 dB below": lambda: hum(6.0) + noise(6.0, 10 ** (-55 / 20)),
}


@pytest.mark.parametrize("kind", UNSUNG)
def test_where_nobody_sings_nothing_is_sung(kind: str) -> None:
    assert not sung(UNSUNG[kind]()).any()


def test_a_hum_is_named() -> None:
    assert set(evidence(hum(6.0)).verdict.tolist()) == {FrameVerdict.HUM}


@pytest.mark.parametrize("hertz", [50.0, 60.0])
@pytest.mark.parametrize("level_db", [-50, -35])
def test_a_voice_in_a_hum_is_told_from_it(hertz: float, level_db: int) -> None:
    voice = join(quiet(1.0), tone(220.0, 2.0, cents=50), quiet(1.0), tone(330.0, 2.0, cents=50), quiet(1.0))
    humming = voice + hum(7.0, hertz, 10 ** (level_db / 20))[: len(voice)]
    assert (share(humming, 1.0, 3.0), share(humming, 4.0, 6.0)) == (1.0, 1.0)
    assert [share(humming, start, start + 1.0) for start in (0.0, 3.0, 6.0)] == [0.0, 0.0, 0.0]


def test_the_silence_between_joined_takes_is_no_pause_of_a_hum() -> None:
    humming = hum(3.0, 50.0)
    assert not sung(join(humming, quiet(0.2), humming, quiet(0.2), humming)).any()
    take = join(quiet(0.8), tone(220.0, 1.4, cents=50), quiet(0.8)) + humming
    joined = join(take, quiet(0.2), take)
    assert (share(joined, 0.8, 2.2), share(joined, 4.0, 5.4)) == (1.0, 1.0)
    assert [share(joined, *span) for span in ((0.0, 0.8), (2.2, 4.0), (5.4, 6.2))] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("seconds", [0.15, 0.3])
def test_silence_that_a_recorder_leaves_at_the_ends_is_no_pause_of_a_hum(seconds: float) -> None:
    assert not sung(join(quiet(seconds), hum(6.0, 50.0), quiet(seconds))).any()


def test_a_soft_phrase_beside_a_loud_one_is_sung() -> None:
    samples = join(tone(220.0, 2.0), quiet(0.9), tone(220.0, 2.0, gain=0.2 / 32), quiet(0.7)) + noise(5.6, 2e-5)
    assert (share(samples, 0.0, 2.0), share(samples, 2.9, 4.9)) == (1.0, 1.0)
    assert (share(samples, 2.0, 2.9), share(samples, 4.9, 5.6)) == (0.0, 0.0)


def test_what_rings_in_a_hall_is_not_sung() -> None:
    """The room falls by 60 dB in 1.2 s, its sound 12 dB below the voice."""
    rng = np.random.default_rng(0)
    room = rng.standard_normal(round(1.2 * RATE)) * 10 ** (-3 * np.arange(round(1.2 * RATE)) / (1.2 * RATE))
    room *= 10 ** (-12 / 20) / np.sqrt(np.sum(room**2))
    room[0] = 1.0
    dry = join(tone(220.0, 2.0, cents=50), quiet(1.0), tone(262.0, 2.0, cents=50), quiet(1.0))
    wet = np.fft.irfft(np.fft.rfft(dry, 8 * RATE) * np.fft.rfft(room, 8 * RATE))[: len(dry)].astype(np.float32)
    assert (share(wet, 0.0, 2.0), share(wet, 3.0, 5.0)) == (1.0, 1.0)
    assert (share(wet, 2.0, 3.0, margin=0.1), share(wet, 5.0, 6.0, margin=0.1)) == (0.0, 0.0)


def test_a_loud_click_hides_no_singing() -> None:
    samples = join(quiet(0.5), tone(220.0, 2.0, gain=0.02))
    samples[RATE // 4 : RATE // 4 + 50] = 0.9
    assert share(samples, 0.5, 2.5) == 1.0


@given(gain=st.floats(1e-4, 1e4), cents=st.floats(0, 100), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_gain_changes_no_frame(gain: float, cents: float, seed: int) -> None:
    samples = join(quiet(0.3), tone(220.0, 0.8, cents=cents), quiet(0.5)) + noise(1.6, 1e-3, seed)
    samples += hum(1.6, 50.0)[: len(samples)]
    np.testing.assert_array_equal(sung(samples * np.float32(gain)), sung(samples))


@pytest.mark.slow
@given(before=st.integers(0, 40), after=st.integers(0, 40), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_silence_at_the_ends_changes_nothing_between(before: int, after: int, seed: int) -> None:
    samples = join(quiet(0.3), tone(220.0, 0.8), quiet(0.4), tone(330.0, 0.7), quiet(0.4))
    samples += noise(2.6, 1e-3, seed)[: len(samples)]
    padded = join(np.zeros(before * HOP, np.float32), samples, np.zeros(after * HOP, np.float32))
    alone, within = sung(samples), sung(padded)[before:]
    np.testing.assert_array_equal(within[3 : len(alone) - 3], alone[3:-3])
    assert not sung(padded)[: max(before - 3, 0)].any()


def test_detection_says_why_and_finds_the_clips() -> None:
    samples = join(quiet(1.0), tone(220.0, 2.0), quiet(1.0))
    found = detect(samples, RATE, SETTINGS)
    assert found.evidence is not None
    np.testing.assert_array_equal(found.voiced.frames, found.evidence.sung)
    assert not found.energy_rule
    by_hand = [at for at in range(0, len(found.voiced.frames) - 31, 16) if found.voiced.frames[at : at + 32].sum() > 16]
    assert found.voiced.clip_starts.tolist() == by_hand != []
    assert [values.dtype for values in (found.voiced.energy, found.voiced.confidence)] == [np.float32, np.float32]


def test_the_papers_method_is_the_papers() -> None:
    samples = join(quiet(0.5), tone(220.0, 1.0, cents=50), quiet(0.5)) + noise(2.0, 1e-3)
    paper = replace(SETTINGS, method="kmeans", min_hz=65.0)
    found, (voiced, energy_rule) = detect(samples, RATE, paper), find_voice(samples, RATE, paper)
    for name in ("energy", "confidence", "frames", "clip_starts"):
        np.testing.assert_array_equal(getattr(found.voiced, name), getattr(voiced, name))
    assert (found.energy_rule, found.evidence) == (energy_rule, None)


CORPORA = os.environ.get("SINGING_CORPORA")


@pytest.mark.skipif(CORPORA is None, reason="SINGING_CORPORA does not name a folder of real singing")
def test_real_singing_agrees_with_where_it_is_known_to_be() -> None:
    root = Path(str(CORPORA)) / "ravdess_song"
    trials = pd.read_csv(root / "manifest.csv").groupby("singer").nth([3, 40])
    inside, outside = [], []
    for path, start, end in zip(trials["path"], trials["active_start_s"], trials["active_end_s"], strict=True):
        found = sung(np.concatenate(list(to_mono([decode(root / path)[0]], root))))
        seconds = np.arange(len(found)) * FRAME_S
        inside.append(found[(seconds > start) & (seconds < end)])
        outside.append(found[(seconds < start - 0.2) | (seconds > end + 0.2)])
    assert len(inside) == 32
    assert np.concatenate(inside).mean() > 0.8
    assert min(found.mean() for found in inside) > 0.55
    assert np.concatenate(outside).mean() < 0.01


def test_frames_too_short_for_the_lowest_pitch_are_judged_by_what_they_hold() -> None:
    short = VoiceSettings(256, 128, 200.0, 1000.0, 32, 16, 16, pad_short=True, seed=0, method="periodicity")
    assert detect(tone(330.0, 1.0), RATE, short).voiced.frames.all()
