"""What every encoder of others is to the judge: a sampling rate, and a function from sound to a vector."""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError, BadRecordingError

REMEDY = "pip install 'singing-style[anchors]', or in a clone: make judge ANCHORS=1"

Samples = NDArray[np.float32]
Vector = NDArray[np.float32]


class Encoder(Protocol):
    """An encoder, ready to be used, with one thread.

    Attributes
    ----------
    rate : int
        Sampling rate of the sound that it takes, in Hz.
    """

    rate: int

    def embed(self, sound: Samples) -> Vector:
        """Encode a whole recording.

        Parameters
        ----------
        sound : ndarray of float32, shape (samples,)
            One channel at `rate`.

        Returns
        -------
        ndarray of float32, shape (d,)
            Of length 1, so that distances rank as the cosine does, which these encoders are meant for.

        Raises
        ------
        BadRecordingError
            It makes nothing of this recording.
        """


def weights_in(package: str, distribution: str, *path: str) -> tuple[Path, str]:
    """Find the weights that travel in a package, without importing it, and its name with its version.

    Raises
    ------
    BadInputError
        The package is not installed, or lacks the file; the message says how to get it.
    """
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise BadInputError(f"{distribution}: not installed; {REMEDY}")
    file = Path(folders[0]).joinpath(*path)
    if not file.is_file():
        raise BadInputError(f"{distribution}: {file} is missing; install it anew: {REMEDY}")
    return file, f"{distribution} {version(distribution)}"


def to_unit(vector: NDArray[np.floating]) -> Vector:
    """Scale a vector to length 1.

    Raises
    ------
    BadRecordingError
        It has no direction: it is zero, or not finite.
    """
    length = np.linalg.norm(vector.astype(np.float64))
    if not np.isfinite(length) or length == 0:
        raise BadRecordingError("an encoder gives a vector without a direction")
    return (vector / length).astype(np.float32)
