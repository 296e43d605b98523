"""A voice detection made up for the tests of the stages that read one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.voicing import Voiced


def voiced(starts: Sequence[int], frames: NDArray[np.bool_] | None = None) -> Voiced:
    """Make a detection with clips at these frames; energy and confidence are 1 where a frame is voiced."""
    flags = np.ones(1, np.bool_) if frames is None else frames
    return Voiced(flags.astype(np.float32), flags.astype(np.float32), flags, np.array(starts, np.int32))
