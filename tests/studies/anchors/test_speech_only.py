"""Silences cut out of recordings."""

from importlib.util import find_spec

import numpy as np
import pytest

from pipeline.errors import BadInputError
from pipeline.studies.anchors.speech_only import smooth, trim_silences

RATE = 16000


def test_more_than_half_of_the_frames_around_decide() -> None:
    """Around frame i lie i - 3 to i + 4: of these eight, five are wanted."""
    five, four = np.zeros(20, bool), np.zeros(20, bool)
    five[8:13], four[8:12] = True, True
    assert np.flatnonzero(smooth(five)).tolist() == [8, 9, 10, 11]
    assert not smooth(four).any()


def test_a_recording_shorter_than_a_frame_has_no_speech() -> None:
    assert len(trim_silences(np.ones(100, np.float32), RATE)) == 0


@pytest.mark.skipif(not find_spec("_webrtcvad"), reason="the extra anchors is not installed")
def test_a_second_of_silence_between_two_voices_is_cut_to_a_fifth() -> None:
    """Three frames of 30 ms remain on either side, and some that the detector holds on to after the voice."""
    times = np.arange(RATE) / RATE
    harmonics = [0.2 / k * np.sin(2 * np.pi * 150 * k * times) for k in range(1, 25)]
    voice = np.sum(harmonics, axis=0).astype(np.float32)
    silence = np.zeros(2 * RATE, np.float32)
    kept = len(trim_silences(np.concatenate([voice, silence, voice]), RATE)) / RATE
    assert 2.0 < kept < 3.0


def test_without_the_detector_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "_webrtcvad", None)
    with pytest.raises(BadInputError, match=r"webrtcvad: not installed; pip install 'singing-style\[anchors\]'"):
        trim_silences(np.ones(RATE, np.float32), RATE)
