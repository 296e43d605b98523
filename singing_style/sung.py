"""Whether a recording holds enough singing to judge its style, by an absolute criterion.

K-means alone always finds a "voiced" half, even in noise. So a voiced frame counts as sung only if it is periodic: its
voicing confidence is the share of periodic energy, and 0.5 means that tone and noise are equally strong. Broadband
noise stays below 0.4 and clicks at 0; in carefully recorded singing, nine frames in ten lie above 0.5. A model that
listens by method `periodicity` has judged every frame by that, and by more, already (`pipeline.audio.sung_frames`).

This tells tone from noise, not a voice from another tone: speech and most instruments pass, and under K-means hum does.
Speech is doubted by its pitch, with a model that listens by method `periodicity`.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.settings import VoiceMethod
from pipeline.model.listening import Listening
from singing_style.performance import TooLittleSinging

LEAST_CONFIDENCE = 0.5
# Where the clips hold a smaller share of the singing than this, that is said.
USUAL_SHARE = 0.5
# What is said of a recording whose pitch glides as that of speech does (`pipeline.audio.held_pitch`).
GLIDES = (
    "it may be spoken: its pitch glides more than it is held, as in speech, fast runs or slides; if it is sung, leave "
    "it as it is"
)


def count_sung(confidence: NDArray[np.float32], voiced: NDArray[np.bool_], method: VoiceMethod = "kmeans") -> int:
    """Count the voiced frames that are at least as much tone as noise; of method `periodicity`, all voiced ones."""
    return int(np.count_nonzero(voiced & (confidence >= LEAST_CONFIDENCE) if method == "kmeans" else voiced))


def too_little(sung: int, clips: int, listening: Listening, instead: str = "") -> TooLittleSinging | None:
    """Return why a recording is not judged: no clip, or no more sung frames than a clip needs voiced; else None.

    Parameters
    ----------
    sung : int
        Number of sung frames, from `count_sung`.
    clips : int
        Number of clips with enough voiced frames.
    listening : Listening
    instead : str, optional
        What sounds instead, from `pipeline.audio.unsung.explain_refusal`.
    """
    rest = f"; {instead}" if instead else ""
    seconds, needed = (frames * listening.frame_seconds for frames in (sung, listening.min_voiced))
    if sung <= listening.min_voiced:
        return TooLittleSinging(
            f"too little singing to judge: {seconds:.1f} s sound sung, more than {needed:.1f} s are needed{rest}",
            seconds,
        )
    if not clips:
        return TooLittleSinging(
            f"too little singing to judge: {seconds:.1f} s sound sung, but nowhere more than {needed:.1f} s within "
            f"{listening.clip_seconds:.1f} s{rest}",
            seconds,
        )
    return None


def passed_over(sung: int, judged: int, listening: Listening) -> str:
    """Return that most of the singing lies too far apart to be judged; empty where it does not.

    Parameters
    ----------
    sung, judged : int
        Numbers of sung frames: of all, and of those within clips.
    listening : Listening
    """
    if judged >= USUAL_SHARE * sung:
        return ""
    seconds, within, needed = (frames * listening.frame_seconds for frames in (sung, judged, listening.min_voiced))
    return (
        f"only {within:.0f} s of its {seconds:.0f} s of singing count, since pauses interrupt the rest: more than "
        f"{needed:.1f} s must be sung within {listening.clip_seconds:.1f} s; cut pauses out, or pass phrases as takes"
    )
