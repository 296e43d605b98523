"""Instruments that measure sound, and a plain singer whose style each test changes where it looks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, hilbert, sosfiltfilt, welch

from pipeline.choir.performance import RATE, sing_notes
from pipeline.choir.singer import Singer
from pipeline.choir.timing import SungNote

Samples = NDArray[np.float32]
PLAIN = Singer(
    register=57.0,
    tuning_cents=0.0,
    tract_length_cm=17.5,
    formant_shifts=(1.0, 1.0, 1.0, 1.0, 1.0),
    bandwidth_factor=1.0,
    singers_formant_db=0.0,
    tilt_db_per_octave=-6.0,
    breathiness_db=-60.0,
    vibrato_rate_hz=5.0,
    vibrato_extent_cents=0.0,
    vibrato_onset_s=0.0,
    jitter_cents=0.0,
    shimmer_db=0.0,
    portamento_s=0.05,
    scoop_cents=0.0,
    attack_s=0.05,
    release_s=0.05,
    articulation_db=0.0,
    dynamics_db=0.0,
)


@pytest.fixture(scope="session")
def sung() -> Callable[..., Samples]:
    """Sing notes ``(start, end, pitch, vowel)`` as the plain singer with some parameters changed."""

    def sing(notes: list[tuple[float, float, int, str]], seconds: float, **style: object) -> Samples:
        placed = [SungNote(*note, slurred=False) for note in notes]
        singer = replace(PLAIN, **style)  # type: ignore[arg-type]
        return sing_notes(placed, singer, seconds, np.random.default_rng(3))

    return sing


@pytest.fixture(scope="session")
def cents() -> Callable[[Samples, float], NDArray[np.float64]]:
    """Track the fundamental: cents above ``hertz`` at every sample, from the phase, averaged over a period."""

    def track(samples: Samples, hertz: float) -> NDArray[np.float64]:
        band = butter(4, [hertz * 0.6, hertz * 1.5], btype="bandpass", fs=RATE, output="sos")
        phase = np.unwrap(np.angle(hilbert(sosfiltfilt(band, samples.astype(np.float64)))))
        period = round(RATE / hertz)
        smooth = np.convolve(phase, np.ones(period) / period, mode="same")
        frequency = np.gradient(smooth) * RATE / (2 * np.pi)
        return np.asarray(1200 * np.log2(np.maximum(frequency, 1.0) / hertz), dtype=np.float64)

    return track


@pytest.fixture(scope="session")
def harmonics() -> Callable[[Samples, float, int], NDArray[np.float64]]:
    """Levels, in dB, of the first harmonics of a held note."""

    def levels(samples: Samples, hertz: float, count: int) -> NDArray[np.float64]:
        frequency, power = welch(samples, RATE, window="blackman", nperseg=8192)
        near = [(frequency > (k - 0.3) * hertz) & (frequency < (k + 0.3) * hertz) for k in range(1, count + 1)]
        return np.array([10 * np.log10(power[band].sum()) for band in near])

    return levels
