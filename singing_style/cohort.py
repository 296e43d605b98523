"""The cohort of a collection: how far apart its impostor pairs lie, which are pairs of different singers.

A model's calibration holds for recordings like those it was fitted on. On others all performances may lie close
together, and the threshold would accept too many impostor pairs; the collection itself shows whether it does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from pipeline.model.calibration import Calibration
from singing_style.voice_index import VoiceIndex

# Most performances to compare with each other; a larger index is thinned evenly.
MOST = 2000
# The calibration fails where its threshold accepts this many times more impostor pairs than where it was fitted ...
TOLERATED_RATIO = 2.0
# ... and more than this share of them.
TOLERATED_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Cohort:
    """The distances of a collection's impostor pairs.

    Attributes
    ----------
    distances : ndarray of float64, shape (pairs,)
        Euclidean, ascending; at least one.
    """

    distances: NDArray[np.float64]

    @classmethod
    def of(cls, index: VoiceIndex) -> "Cohort | None":
        """Measure the impostor pairs of an index; None if it has a single singer."""
        step = -(-len(index.voices) // MOST)
        singers = np.array([voice.singer for voice in index.voices[::step]])
        one, other = np.triu_indices(len(singers), 1)
        distances = pdist(index.vectors[::step].astype(np.float64))[singers[one] != singers[other]]
        return cls(np.sort(distances)) if len(distances) else None

    def share_farther(self, distance: float) -> float:
        """Return the share of impostor pairs that lie farther apart than this distance, 0 to 1."""
        return 1 - float(np.searchsorted(self.distances, distance, side="right")) / len(self.distances)

    def share_accepted(self, calibration: Calibration) -> float:
        """Return the share of impostor pairs that the calibration's threshold accepts as the same singer, 0 to 1."""
        return 1 - self.share_farther(calibration.threshold)

    def contradicts(self, calibration: Calibration) -> bool:
        """Return whether the calibration fails on this collection."""
        tolerated = max(TOLERATED_SHARE, TOLERATED_RATIO * calibration.equal_error_rate)
        return self.share_accepted(calibration) > tolerated
