"""Level, periodicity and period of frames, against signals whose period is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.periodicity import Periods, measure_periods
from pipeline.audio.voicing import measure_voice

RATE, LENGTH, HOP = 22050, 2048, 512
MIN_HZ, MAX_HZ = 40.0, 1000.0


def measure(samples: NDArray[np.floating]) -> Periods:
    return measure_periods(samples.astype(np.float32), RATE, length=LENGTH, hop=HOP, min_hz=MIN_HZ, max_hz=MAX_HZ)


def harmonics(hertz: float, seconds: float = 0.5) -> NDArray[np.float64]:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(sum(np.sin(2 * np.pi * k * hertz * time) / k for k in range(1, 6)))


@pytest.mark.parametrize("hertz", [42.0, 55.0, 110.0, 220.0, 441.0, 882.0])
def test_the_period_of_a_tone_and_none_of_its_multiples(hertz: float) -> None:
    found = measure(harmonics(hertz))
    inner = slice(3, -3)
    assert found.period[inner] == pytest.approx(1 / hertz, abs=1 / RATE)
    assert found.periodicity[inner].min() > 0.98


def test_a_tone_above_the_range_is_found_by_a_multiple_of_its_period() -> None:
    found = measure(harmonics(1500.0))
    assert found.periodicity[3:-3].min() > 0.98
    assert found.period[5] * 1500 == pytest.approx(round(found.period[5] * 1500), abs=0.1)


def test_the_period_is_the_top_of_its_peak_also_in_noise() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE)
    tone = harmonics(60.0, 1.0)
    found = measure(tone + 0.5 * tone.std() * noise)
    assert found.period[3:-3] == pytest.approx(1 / 60, rel=0.02)


def test_the_confidence_is_the_papers() -> None:
    samples = (harmonics(150.0) + np.random.default_rng(0).standard_normal(round(0.5 * RATE))).astype(np.float32)
    energy, confidence = measure_voice(samples, RATE, length=LENGTH, hop=HOP, min_hz=MIN_HZ, max_hz=MAX_HZ)
    found = measure(samples)
    np.testing.assert_allclose(found.periodicity, confidence, atol=1e-6)
    np.testing.assert_allclose(np.sqrt(found.power * found.inside), energy, rtol=1e-5)


def test_frames_at_the_ends_have_the_level_of_what_lies_inside() -> None:
    found = measure(np.full(4 * LENGTH, 0.5))
    np.testing.assert_allclose(found.power, 0.25)
    assert found.inside[[0, 1, 2]].tolist() == [0.5, 0.75, 1.0]
    assert found.inside[-1] == 0.5


def test_silence_has_no_period() -> None:
    found = measure(np.zeros(RATE))
    for values in (found.power, found.periodicity, found.period, found.persistence):
        assert not values.any()


def test_noise_of_a_resonance_soon_forgets_and_a_tone_does_not() -> None:
    """One pole pair of 150 Hz bandwidth: the correlation falls by exp(-pi 150 / 800) each period."""
    from scipy.signal import lfilter

    radius, angle = np.exp(-np.pi * 150 / RATE), 2 * np.pi * 800 / RATE
    breath = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], np.random.default_rng(0).standard_normal(RATE))
    found = measure(np.asarray(breath))
    assert np.median(found.persistence) == pytest.approx(np.exp(-np.pi * 150 / 800), abs=0.12)
    assert measure(harmonics(800.0)).persistence[3:-3].min() > 0.95
