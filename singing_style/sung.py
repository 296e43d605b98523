"""Whether a recording holds enough singing to judge its style, told by what does not depend on the recording.

K-means alone always finds a "voiced" half, in noise too. So a voiced frame counts as sung only when it repeats itself:
its voicing confidence is the share of periodic energy, and a half means that tone and noise are equally strong.
Broadband noise stays below 0.4, clicks at 0; of singing recorded with care, nine frames in ten lie above.

This tells tone from noise, not a voice from another tone: speech, a hum of narrow band and most instruments pass.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.model.listening import Listening
from singing_style.performance import TooLittleSinging

LEAST_CONFIDENCE = 0.5


def count_sung(confidence: NDArray[np.float32], voiced: NDArray[np.bool_]) -> int:
    """Count the voiced frames that are at least as much tone as noise."""
    return int(np.count_nonzero(voiced & (confidence >= LEAST_CONFIDENCE)))


def check_enough_sung(sung: int, clips: int, listening: Listening) -> None:
    """Refuse a recording without a clip, or with fewer sung frames than a clip must have voiced.

    Parameters
    ----------
    sung : int
        From `count_sung`.
    clips : int
        Clips in which enough frames are voiced.
    listening : Listening

    Raises
    ------
    TooLittleSinging
    """
    seconds, needed = (frames * listening.frame_seconds for frames in (sung, listening.min_voiced))
    if sung <= listening.min_voiced:
        raise TooLittleSinging(
            f"too little singing to judge: {seconds:.1f} s sound sung, more than {needed:.1f} s are needed", seconds
        )
    if not clips:
        raise TooLittleSinging(
            f"too little singing to judge: {seconds:.1f} s sound sung, but nowhere more than {needed:.1f} s within "
            f"{listening.clip_seconds:.1f} s",
            seconds,
        )
