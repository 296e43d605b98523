import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from singing_style.validation.checkup import Levels, decibels


def measured(*blocks: NDArray[np.float32]) -> Levels:
    levels = Levels()
    for block in blocks:
        levels.add(block)
    return levels


def channel(*samples: float) -> NDArray[np.float32]:
    return np.array(samples, np.float32)[:, None]


def test_peak_and_level_of_a_half_scale_square_wave() -> None:
    levels = measured(channel(0.5, -0.5, 0.5, -0.5))
    assert levels.peak_db == pytest.approx(20 * math.log10(0.5))
    assert levels.level_db == pytest.approx(20 * math.log10(0.5))
    assert levels.clipped_share == 0


def test_a_flat_top_is_clipped_and_a_single_peak_is_not() -> None:
    assert measured(channel(0, 1, 0, -1, -1, 0, 1, 0)).clipped_share == 0
    assert measured(channel(0, 1, 1, 1, 1, 0, 0, 0)).clipped_share == 2 / 8  # those between two others


@given(
    samples=st.lists(st.sampled_from([-1.0, 0.25, 1.0]), min_size=1, max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=4),
)
def test_blocks_of_other_sizes_give_the_same(samples: list[float], cuts: list[int]) -> None:
    whole = np.stack([channel(*samples)[:, 0], channel(*samples[::-1])[:, 0]], axis=1)
    blocks = measured(*np.split(whole, sorted(min(cut, len(whole)) for cut in cuts)))
    once = measured(whole)
    assert blocks.sound == once.sound
    assert (blocks.samples, blocks.channels, blocks.peak_db) == (len(samples), 2, once.peak_db)
    assert blocks.clipped_share == once.clipped_share
    assert blocks.level_db == pytest.approx(once.level_db)


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_a_click_is_measured_against_what_lasts(rate: int) -> None:
    quiet = (0.001 * np.sin(np.arange(5 * rate))).astype(np.float32)[:, None]
    assert measured(quiet).click_db(rate) == pytest.approx(0, abs=0.1)
    clicked = quiet.copy()
    clicked[2 * rate : 2 * rate + 3] = 1.0
    for blocks in ([clicked], np.split(clicked, [700, 2 * rate + 1])):
        assert measured(*blocks).click_db(rate) == pytest.approx(60, abs=0.1)
    sung = quiet.copy()
    sung[rate : 3 * rate] *= 1000
    assert measured(sung).click_db(rate) == pytest.approx(0, abs=0.1)


def test_channels_that_cancel_are_noticed() -> None:
    voice = np.sin(np.arange(4000, dtype=np.float32) / 20)
    assert measured(*np.array_split(np.stack([voice, -0.97 * voice], axis=1), 3)).cancel
    assert not measured(np.stack([voice, 0 * voice], axis=1)).cancel
    assert not measured(voice[:, None]).cancel


def test_what_is_too_short_or_silent_has_no_click() -> None:
    assert measured(channel(0, 1, 0)).click_db(8000) == 0
    assert measured(np.zeros((80000, 1), np.float32), channel(1)).click_db(8000) == 0


def test_other_sounds_have_other_hashes() -> None:
    assert measured(channel(0, 0.5)).sound != measured(channel(0.5, 0)).sound
    assert measured(channel(0.5, 0.5)).sound != measured(channel(0.5, 0.5).T).sound


def test_silence() -> None:
    assert decibels(0) == -math.inf
    assert measured(channel(0, 0)).peak_db == -math.inf
