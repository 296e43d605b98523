from dataclasses import replace

import numpy as np
import pytest

from pipeline.choir.intonation import intonation, passages
from pipeline.choir.singer import draw_singer
from pipeline.choir.timing import SungNote

SUNG = [
    SungNote(0.0, 1.0, 57, "a", False),
    SungNote(1.0, 1.1, 60, "a", False),
    SungNote(1.4, 3.0, 62, "a", False),
]


def test_passages_are_centred_and_shorter_than_the_notes() -> None:
    middles, widths = passages(SUNG, 0.2)
    np.testing.assert_allclose(middles, [1.0, 1.25])
    np.testing.assert_allclose(widths, [0.08, 0.08])
    assert passages(SUNG[::2], 0.2)[1].tolist() == [0.2]


def test_the_curve_is_tuning_pitch_scoop_and_vibrato_within_a_drift() -> None:
    singer = replace(
        draw_singer(np.random.default_rng(0)),
        tuning_cents=10.0,
        jitter_cents=0.0,
        vibrato_extent_cents=0.0,
        scoop_cents=100.0,
        portamento_s=0.05,
    )
    times = np.linspace(0, 3, 601)
    f0 = intonation(SUNG, singer, times, np.random.default_rng(1))
    above = dict(zip(np.round(times, 3), 1200 * np.log2(f0 / 440) + 1200, strict=True))
    # A3 is MIDI 57; a scoop is gone after 0.15 s, and leaves a quarter of itself after half of that.
    assert above[0.0] == pytest.approx(10 - 100, abs=20)
    assert above[0.075] == pytest.approx(10 - 25, abs=20)
    assert above[0.5] == pytest.approx(10, abs=20)
    assert above[1.05] == pytest.approx(10 + 300, abs=20)
    assert above[1.4] == pytest.approx(10 + 500 - 100, abs=20)
    assert above[2.5] == pytest.approx(10 + 500, abs=20)


def test_drift_and_jitter_have_the_spread_asked_for() -> None:
    singer = replace(draw_singer(np.random.default_rng(0)), vibrato_extent_cents=0.0, scoop_cents=0.0)
    note, times = [SungNote(0.0, 100.0, 57, "a", False)], np.arange(0, 100, 0.003)

    def spread(jitter: float) -> float:
        f0 = intonation(note, replace(singer, jitter_cents=jitter), times, np.random.default_rng(2))
        return float(np.std(np.diff(1200 * np.log2(f0))) / np.sqrt(2))

    assert spread(10.0) == pytest.approx(10, rel=0.05)
    assert spread(0.0) < 0.1
