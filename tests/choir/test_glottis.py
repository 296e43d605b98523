import numpy as np
import pytest

from pipeline.choir.glottis import aspiration, phase_of, pulses

RATE = 22_050


@pytest.mark.parametrize("hertz", [80.0, 233.3, 700.0])
def test_pulses_are_the_sum_of_all_harmonics_below_ten_kilohertz(hertz: float) -> None:
    f0 = np.full(2000, hertz)
    phase = phase_of(f0, RATE)
    asked = sum(np.cos(k * phase) for k in range(1, int(10_000 / hertz) + 1))
    np.testing.assert_allclose(pulses(phase, f0), asked, atol=1e-3)


def test_a_pulse_of_phase_zero_reaches_the_number_of_harmonics() -> None:
    assert pulses(np.zeros(1), np.full(1, 100.0))[0] == 100


def test_phase_follows_the_frequency() -> None:
    f0 = np.linspace(100, 200, RATE)
    cycles = np.count_nonzero(np.diff(phase_of(f0, RATE)) < 0)
    assert cycles == pytest.approx(150, abs=1)


def test_aspiration_has_the_power_of_a_harmonic_and_follows_the_glottis() -> None:
    phase = phase_of(np.full(400_000, 100.0), RATE)
    noise = aspiration(phase, np.random.default_rng(0)).astype(np.float64)
    assert np.mean(noise**2) == pytest.approx(0.5, rel=0.02)
    is_open, is_closed = np.cos(phase) < -0.9, np.cos(phase) > 0.9
    assert np.std(noise[is_open]) > 2 * np.std(noise[is_closed])
