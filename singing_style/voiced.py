"""Where in a recording somebody sings, as the stage `voice` finds it (paper 3.3), with a model's settings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.clips import clip_starts
from pipeline.audio.frames import Recording
from pipeline.audio.voicing import detect_voice, measure_voice
from pipeline.model.listening import Listening


@dataclass(frozen=True, eq=False)
class Voiced:
    """What the voice detection found.

    Attributes
    ----------
    energy, confidence : ndarray of float32, shape (frames,)
        Root mean square and voicing confidence of each frame.
    frames : ndarray of bool, shape (frames,)
        Which are voiced.
    clip_starts : ndarray of int32, shape (clips,)
        First frame of each clip in which enough are, ascending.
    """

    energy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    frames: NDArray[np.bool_]
    clip_starts: NDArray[np.int32]


def find_voice(samples: Recording, listening: Listening) -> Voiced:
    """Find the voiced frames and the clips.

    Parameters
    ----------
    samples : Recording of float32
        At the model's sampling rate.
    listening : Listening
    """
    energy, confidence = measure_voice(
        samples,
        listening.rate,
        length=listening.frame_length,
        hop=listening.frame_hop,
        min_hz=listening.pitch_min_hz,
        max_hz=listening.pitch_max_hz,
    )
    frames, _ = detect_voice(energy, confidence, listening.seed)
    starts = clip_starts(
        frames, listening.clip_frames, listening.clip_hop, listening.min_voiced, pad_short=listening.pad_short
    )
    return Voiced(energy, confidence, frames, starts)
