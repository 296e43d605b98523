"""Clips, against the paper's sentence written as a loop."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.audio.clips import clip_starts, cut_clip


@given(
    voiced=hnp.arrays(np.bool_, st.integers(0, 120)),
    frames=st.integers(4, 40),
    hop=st.integers(1, 50),
    share=st.floats(0, 0.99),
    pad_short=st.booleans(),
)
def test_starts_by_brute_force(
    voiced: np.ndarray[tuple[int], np.dtype[np.bool_]], frames: int, hop: int, share: float, pad_short: bool
) -> None:
    min_voiced = int(share * frames)
    expected = []
    start = 0
    while start + frames <= len(voiced):
        if sum(bool(flag) for flag in voiced[start : start + frames]) > min_voiced:
            expected.append(start)
        start += hop
    if len(voiced) < frames and pad_short and sum(map(bool, voiced)) > min_voiced:
        expected = [0]
    found = clip_starts(voiced, frames, hop, min_voiced, pad_short=pad_short)
    assert found.dtype == np.int32
    assert found.tolist() == expected


def test_exactly_half_is_not_enough() -> None:
    voiced = np.zeros(256, np.bool_)
    voiced[:128] = True
    assert clip_starts(voiced, 256, 51, 128, pad_short=True).tolist() == []
    voiced[128] = True
    assert clip_starts(voiced, 256, 51, 128, pad_short=True).tolist() == [0]


def test_the_last_partial_window_is_dropped() -> None:
    assert clip_starts(np.ones(256 + 51, np.bool_), 256, 51, 128, pad_short=True).tolist() == [0, 51]
    assert clip_starts(np.ones(256 + 50, np.bool_), 256, 51, 128, pad_short=True).tolist() == [0]


def test_a_short_recording_makes_one_clip_or_none() -> None:
    voiced = np.ones(255, np.bool_)
    assert clip_starts(voiced, 256, 51, 128, pad_short=True).tolist() == [0]
    assert clip_starts(voiced, 256, 51, 128, pad_short=False).tolist() == []


def test_a_clip_is_a_view_and_a_short_one_is_padded_with_the_floor() -> None:
    spectrogram = np.arange(1, 13, dtype=np.float16).reshape(6, 2)
    clip = cut_clip(spectrogram, 1, 3)
    assert clip.base is not None
    assert clip.tolist() == [[3, 4], [5, 6], [7, 8]]
    padded = cut_clip(spectrogram, 4, 4)
    assert padded.dtype == np.float16
    assert padded.tolist() == [[9, 10], [11, 12], [0, 0], [0, 0]]
