from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.model.listening import Listening
from singing_style.voiced import find_voice

RATE = 22050


def test_a_tone_between_silences_is_found_with_its_clips(
    listening: Listening, tone: Callable[[float, float], NDArray[np.float32]]
) -> None:
    quiet = np.zeros(RATE, np.float32)
    found = find_voice(np.concatenate([quiet, tone(2.0, 220.0), quiet]), listening)
    frames = round(4.25 * RATE) // 512 + 1
    first, last = 1.25 * RATE / 512, 3.25 * RATE / 512  # tone() begins with a quarter of a second of silence
    assert len(found.energy) == len(found.confidence) == len(found.frames) == frames
    voiced = np.flatnonzero(found.frames)
    assert abs(voiced[0] - first) <= 3
    assert abs(voiced[-1] - last) <= 3
    assert len(voiced) > 0.9 * (last - first)
    by_hand = [at for at in range(0, frames - 31, 16) if found.frames[at : at + 32].sum() > 16]
    assert found.clip_starts.tolist() == by_hand
    assert min(by_hand) in (32, 48)  # a clip from 48 on lies in the tone, one from 32 on up to half of it
    assert max(by_hand) == 112  # 112 to 144; the tone ends at 140, so from 128 on there is too little of it
