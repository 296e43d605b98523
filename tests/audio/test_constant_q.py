"""The constant-Q transform, against librosa's and sines whose bin is known."""

from collections.abc import Callable

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio import constant_q
from pipeline.audio.constant_q import constant_q_power, design_octaves
from pipeline.audio.spectrogram import to_decibels
from pipeline.errors import BadInputError

RATE, HOP, BINS = 22050, 512, 96
C2 = 65.40639132514966
LONGEST_FRAME = 16384
Samples = NDArray[np.float32]


def cqt(samples: Samples, hop: int = HOP, bins: int = BINS, per_octave: int = 24, min_hz: float = C2) -> Samples:
    return constant_q_power(samples, RATE, hop=hop, bins=bins, bins_per_octave=per_octave, min_hz=min_hz)


def reference(samples: Samples, hop: int = HOP, bins: int = BINS, per_octave: int = 24, min_hz: float = C2) -> Samples:
    """Compute librosa's; it may give one frame more, because it halves the rate for low octaves."""
    transform = librosa.cqt(samples, sr=RATE, hop_length=hop, fmin=min_hz, n_bins=bins, bins_per_octave=per_octave)
    power = np.abs(transform[:, : 1 + len(samples) // hop]).T ** 2
    return np.asarray(power, np.float32)


def noise(samples: int, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).uniform(-1, 1, samples).astype(np.float32)


def sung(samples: int) -> Samples:
    """A gliding voice with vibrato, twelve harmonics and a pause."""
    time = np.arange(samples) / RATE
    semitones = 12 * time / time[-1] + 0.3 * np.sin(2 * np.pi * 5.5 * time)
    phase = 2 * np.pi * np.cumsum(110 * 2 ** (semitones / 12)) / RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 13)) * ((time % 0.9) < 0.7)
    return (0.2 * np.asarray(voice) + 1e-4 * noise(samples)).astype(np.float32)


def assert_same_decibels(found: Samples, expected: Samples) -> None:
    np.testing.assert_allclose(to_decibels(found, 60.0), to_decibels(expected, 60.0), atol=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("make", [noise, sung])
@pytest.mark.parametrize("samples", [LONGEST_FRAME, 30000, 66152, 120001])
def test_it_is_librosas(make: Callable[[int], Samples], samples: int) -> None:
    signal = make(samples)
    assert_same_decibels(cqt(signal), reference(signal))


@pytest.mark.slow
@settings(max_examples=12)
@given(samples=st.integers(2048, LONGEST_FRAME - 1))
def test_a_short_recording_is_librosas_with_silence_after_it(samples: int) -> None:
    signal = noise(samples, samples)
    long_enough = np.pad(signal, (0, LONGEST_FRAME - samples))
    assert_same_decibels(cqt(signal), reference(long_enough)[: 1 + samples // HOP])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hop", "bins", "per_octave", "min_hz"),
    [(512, 84, 12, 32.703), (256, 60, 36, 110.0), (441, 48, 24, C2), (500, 50, 24, C2), (512, 24, 24, 3000.0)],
)
def test_other_settings_are_librosas_too(hop: int, bins: int, per_octave: int, min_hz: float) -> None:
    signal = noise(70000)
    found, expected = (compute(signal, hop, bins, per_octave, min_hz) for compute in (cqt, reference))
    assert_same_decibels(found, expected)


def test_segments_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = sung(400000)
    whole = cqt(signal)
    monkeypatch.setattr(constant_q, "SEGMENT", 200)
    assert_same_decibels(cqt(signal), whole)


@pytest.mark.parametrize("octave_bin", [0, 11, 24, 53, 66, 95])
def test_a_sine_peaks_in_its_bin(octave_bin: int) -> None:
    hertz = C2 * 2 ** (octave_bin / 24)
    power = cqt(np.sin(2 * np.pi * hertz * np.arange(33000) / RATE).astype(np.float32))
    middle = power[len(power) // 2]
    assert middle.argmax() == octave_bin
    far = np.abs(np.arange(BINS) - octave_bin) > 2
    assert middle[octave_bin] > 10 * middle[far].max()


def test_each_octave_halves_rate_and_hop() -> None:
    octaves = design_octaves(RATE, hop=HOP, bins=BINS, bins_per_octave=24, min_hz=C2)
    # at a quarter of the rate, half of it is 2756 Hz: the top octave, to 1047 Hz, keeps an octave of room
    assert [(octave.halvings, octave.hop) for octave in octaves] == [(2, 128), (3, 64), (4, 32), (5, 16)]
    assert {octave.size for octave in octaves} == {512}  # 34.1 periods of 523 Hz are 360 samples at 5512.5 Hz


def test_bins_beyond_half_the_rate_are_refused() -> None:
    with pytest.raises(BadInputError, match=r"features\.bins: .* 240 bins reach .*22050 Hz"):
        cqt(noise(30000), bins=240)
