"""Clicks are bridged to the sample, and all else keeps every bit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.clicks import find_clicks, mend_clicks

RATE = 22050
SUNG = (1e-3 * np.sin(2 * np.pi * 220 * np.arange(3 * RATE) / RATE)).astype(np.float32)
Samples = NDArray[np.float32]


def blocks(samples: Samples, length: int) -> Iterator[Samples]:
    return (samples[start : start + length] for start in range(0, len(samples), length))


def mended(samples: Samples, length: int = 10_000) -> tuple[Samples, list[str]]:
    remarks: list[str] = []
    return np.concatenate(list(mend_clicks(blocks(samples, length), RATE, Path(), remarks))), remarks


def with_clicks(*places: int, value: float = 1.0) -> Samples:
    samples = SUNG.copy()
    samples[list(places)] = value
    return samples


def test_a_click_becomes_a_line_between_its_neighbours() -> None:
    samples = with_clicks(30_000)
    samples[30_001] = -0.5
    expected = SUNG.copy()
    third = (SUNG[30_002] - SUNG[29_999]) / 3
    expected[30_000:30_002] = SUNG[29_999] + third, SUNG[29_999] + 2 * third
    result, remarks = mended(samples)
    np.testing.assert_allclose(result, expected - expected.mean(dtype=np.float64), atol=1e-9)
    assert remarks == ["a click of up to 60 dB above the singing bridged"]


@settings(max_examples=30, deadline=None)
@given(
    places=st.sets(st.integers(1, 140), min_size=1, max_size=5),
    length=st.integers(50, 3 * RATE),
    value=st.sampled_from([1.0, -1.0, 0.05]),
)
def test_nothing_else_changes_however_the_blocks_fall(places: set[int], length: int, value: float) -> None:
    apart = [place * 460 for place in places]  # 21 ms
    samples = with_clicks(*apart, value=value)
    result, _ = mended(samples, length)
    kept = np.ones(len(SUNG), bool)
    kept[apart] = False
    assert np.ptp(result[kept] - SUNG[kept]) < 1e-9
    assert np.abs(result).max() < 1.001e-3


@pytest.mark.parametrize(
    "samples",
    [
        SUNG,
        with_clicks(30_000, value=0.03),  # 29.5 dB
        with_clicks(30_000, 30_200),  # two, 9 ms apart: perhaps a voice
        with_clicks(0),  # no neighbour
        np.concatenate([SUNG, 1000 * SUNG[: RATE // 2]]),  # half a second of loud singing
        with_clicks(*range(30_000, 30_120)),  # 5.4 ms
        SUNG[:RATE],  # a second
        np.zeros(3 * RATE, np.float32),
    ],
    ids=["none", "soft", "near", "first", "loud singing", "long", "short", "silent"],
)
def test_what_is_no_click_keeps_every_bit(samples: Samples) -> None:
    result, remarks = mended(samples)
    np.testing.assert_array_equal(result, samples)
    assert remarks == []


def test_places_by_hand() -> None:
    samples = np.zeros(20_000, np.float32)
    samples[[5000, 5002, 9000]] = 1, 0.01, 0.01  # the second is part of the first, the third is too soft
    assert find_clicks(blocks(samples, 3000), 1e-3, RATE).tolist() == [[5000, 5003]]
