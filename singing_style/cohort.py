"""How near to each other different singers of a collection lie: the measure for how near is near there.

A model's calibration holds for recordings like those that it was fitted on. On others, all performances may lie close
together, and strangers would pass for the same singer; the collection itself shows that.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from pipeline.model.calibration import Calibration
from singing_style.voice_index import VoiceIndex

MOST = 2000
"""Performances compared with each other; of more, so many are taken, evenly spread over the index."""
TOO_MANY = 2.0
"""The calibration is doubted when it takes so many times more strangers for one singer than where it was fitted."""
LEAST_DOUBT = 0.1
"""And at least this share of them."""


@dataclass(frozen=True, eq=False)
class Cohort:
    """Distances between performances of different singers.

    Attributes
    ----------
    distances : ndarray of float64, shape (pairs,)
        Euclidean, ascending; at least one.
    """

    distances: NDArray[np.float64]

    @classmethod
    def of(cls, index: VoiceIndex) -> "Cohort | None":
        """Compare the singers of an index; None where there is one alone."""
        step = -(-len(index.voices) // MOST)
        singers = np.array([voice.singer for voice in index.voices[::step]])
        one, other = np.triu_indices(len(singers), 1)
        distances = pdist(index.vectors[::step].astype(np.float64))[singers[one] != singers[other]]
        return cls(np.sort(distances)) if len(distances) else None

    def farther(self, distance: float) -> float:
        """Give the share of the pairs that lie farther apart than this distance, 0 to 1."""
        return 1 - float(np.searchsorted(self.distances, distance, side="right")) / len(self.distances)

    def mistaken(self, calibration: Calibration) -> float:
        """Give the share of the pairs that the calibration's threshold takes for the same singer."""
        return 1 - self.farther(calibration.threshold)

    def belie(self, calibration: Calibration) -> bool:
        """Tell whether the calibration does not hold for this collection."""
        return self.mistaken(calibration) > max(LEAST_DOUBT, TOO_MANY * calibration.equal_error_rate)
