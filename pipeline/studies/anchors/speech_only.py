"""Long silences cut out of a recording by WebRTC's voice detector, as Resemblyzer wants it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from pipeline.errors import BadInputError
from pipeline.studies.anchors.encoder import REMEDY, Samples

# Of the detector's three to choose from, and the one that takes least for speech.
FRAME_SECONDS, STRICTEST = 0.03, 3
# Frames over which its answers are averaged, and of silence that remain.
SMOOTHED, KEPT = 8, 6
FULL_SCALE = 2**15 - 1


def trim_silences(sound: Samples, rate: int) -> Samples:
    """Cut out silences of more than 0.2 s.

    Parameters
    ----------
    sound : ndarray of float32, shape (samples,)
    rate : int
        8000, 16 000, 32 000 or 48 000 Hz.

    Raises
    ------
    BadInputError
        The detector is not installed.
    """
    frame = round(FRAME_SECONDS * rate)
    frames = len(sound) // frame
    if not frames:
        return sound[:0]
    sound = sound[: frames * frame]
    detector = _detector()
    whole = np.round(sound * FULL_SCALE).clip(-FULL_SCALE, FULL_SCALE).astype("<i2").reshape(frames, frame)
    voiced = np.array([detector(rate, one.tobytes(), frame) for one in whole])
    around = binary_dilation(smooth(voiced), np.ones(KEPT + 1, bool))
    return sound[np.repeat(around, frame)]


def smooth(voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Let the frames around each decide, of which more than half must be voiced; beyond the ends is silence."""
    padded = np.pad(voiced.astype(int), ((SMOOTHED - 1) // 2, SMOOTHED // 2))
    return np.convolve(padded, np.ones(SMOOTHED, int), "valid") > SMOOTHED / 2


def _detector() -> Any:
    """Return a function from rate, 16-bit samples and their number to whether they are speech."""
    try:
        # The extension itself: the module around it imports pkg_resources, which setuptools no longer has.
        import _webrtcvad
    except ImportError:
        raise BadInputError(f"webrtcvad: not installed; {REMEDY}") from None
    state = _webrtcvad.create()
    _webrtcvad.init(state)
    _webrtcvad.set_mode(state, STRICTEST)
    return lambda rate, samples, length: _webrtcvad.process(state, rate, samples, length)
