"""Frames, against a loop over a padded copy, and their power against a plain float64 transform."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio import frames as module
from pipeline.audio.frames import count_frames, frame_blocks, power_blocks


@given(samples=st.integers(1, 400), length=st.integers(1, 40), hop=st.integers(1, 50), stretch=st.integers(1, 9))
def test_frames_by_a_loop(samples: int, length: int, hop: int, stretch: int) -> None:
    recording = np.random.default_rng(samples).normal(size=samples).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STRETCH", stretch)
        patch.setattr(module, "BLOCK", 2)
        found = np.concatenate(list(frame_blocks(recording, length, hop)))
    padded = np.concatenate([np.zeros(length // 2), recording, np.zeros(length + hop)])
    expected = [padded[start : start + length] for start in range(0, samples + 1, hop)]
    assert len(found) == len(expected) == count_frames(samples, hop)
    np.testing.assert_array_equal(found, expected)


def test_power_by_a_plain_float64_transform() -> None:
    recording = np.random.default_rng(0).normal(size=900).astype(np.float32)
    found = np.concatenate(list(power_blocks(recording, 64, 16)))
    window = np.sin(np.pi * np.arange(64) / 64) ** 2
    frames = np.concatenate(list(frame_blocks(recording, 64, 16))).astype(np.float64)
    turns = np.outer(np.arange(33), np.arange(64)) / 64
    expected = np.abs((frames * window) @ np.exp(-2j * np.pi * turns).T) ** 2
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
