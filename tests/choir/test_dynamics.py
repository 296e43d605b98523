from dataclasses import replace

import numpy as np
import pytest

from pipeline.choir.dynamics import BREATH_DB, breaths, loudness, swell
from pipeline.choir.singer import draw_singer
from pipeline.choir.timing import SungNote

SUNG = [
    SungNote(1.0, 2.0, 57, "a", False),
    SungNote(2.0, 3.0, 59, "o", False),
    SungNote(4.0, 5.0, 57, "i", False),
]
TIMES = np.arange(0, 6, 0.001)
SINGER = replace(
    draw_singer(np.random.default_rng(0)),
    attack_s=0.1,
    release_s=0.2,
    shimmer_db=0.0,
    articulation_db=0.0,
    dynamics_db=8.0,
)


def at(curve: np.ndarray, *seconds: float) -> np.ndarray:
    return np.asarray(np.interp(seconds, TIMES, curve))


def test_the_swell_is_an_arch_over_the_phrase() -> None:
    # -8 (2 x - 1)^2 at x = 0.25, 0.5, 1; the second phrase has its own arch.
    arch = swell(SUNG, SINGER, TIMES)
    np.testing.assert_allclose(at(arch, 1.5, 2.0, 2.999, 3.5, 4.5), [-2, 0, -8, -8, 0], atol=0.1)


def test_attack_and_release_fade_within_their_time() -> None:
    gain = loudness(SUNG[:1], SINGER, TIMES, np.random.default_rng(1))
    held = at(gain, 1.5)
    # sin^2 is 1/2 half way.
    np.testing.assert_allclose(at(gain, 0.99, 1.05, 1.11, 1.79, 1.9, 2.01) / held, [0, 0.5, 1, 1, 0.5, 0], atol=0.02)


def test_syllables_are_parted_and_slurs_are_not() -> None:
    singer = replace(SINGER, articulation_db=12.0)
    for slurred, dip in ((False, 12.0), (True, 0.0)):
        notes = [SUNG[0], replace(SUNG[1], slurred=slurred)]
        with_dip, without = (loudness(notes, one, TIMES, np.random.default_rng(1)) for one in (singer, SINGER))
        fall = 20 * np.log10(at(with_dip, 2.0, 2.03, 2.2) / at(without, 2.0, 2.03, 2.2))
        # A bell curve: exp(-1) at its width, 0.03 s.
        np.testing.assert_allclose(fall, [-dip, -dip / np.e, 0], atol=0.1)


def test_shimmer_has_the_spread_asked_for() -> None:
    rough, calm = (loudness(SUNG, replace(SINGER, shimmer_db=db), TIMES, np.random.default_rng(1)) for db in (0.8, 0.0))
    inside = (TIMES > 1.2) & (TIMES < 2.8)
    assert np.std(20 * np.log10(rough[inside] / calm[inside])) == pytest.approx(0.8, rel=0.05)


def test_breath_comes_in_the_rest_and_nowhere_else() -> None:
    breath = breaths(SUNG, TIMES)
    assert breath.max() == pytest.approx(10 ** (BREATH_DB / 20), rel=1e-3)
    heard = TIMES[breath > 0]
    assert heard.min() > 3.0
    assert heard.max() < 4.0
    assert np.ptp(heard) == pytest.approx(0.35, abs=0.01)
