"""The cohort of a collection: how far apart its impostor pairs lie, which are pairs of different singers of a register.

A pair of a man and a woman is easy to tell apart, and would make every other pair look near: it does not count.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from pipeline.model.calibration import Calibration, measure_reliability
from singing_style.register import same_register
from singing_style.rehearsal import FEWEST, TOLERATED_ERROR
from singing_style.voice_index import VoiceIndex

# Most performances to compare with each other; a larger index is thinned evenly.
MOST = 2000


@dataclass(frozen=True, eq=False)
class Cohort:
    """The distances between performances of one register in a collection.

    Attributes
    ----------
    distances : ndarray of float64, shape (pairs,)
        Of impostor pairs, Euclidean, ascending; at least one.
    same : ndarray of float64, shape (pairs,)
        Of pairs of one singer; perhaps none.
    """

    distances: NDArray[np.float64]
    same: NDArray[np.float64]

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, index: VoiceIndex) -> "Cohort | None":
        """Measure the pairs of an index; None if it has no two singers of one register. The last results are kept."""
        voices = index.voices[:: -(-len(index.voices) // MOST)]
        singers = np.array([voice.singer for voice in voices])
        pitches = np.array([voice.performance.pitch for voice in voices])
        one, other = np.triu_indices(len(voices), 1)
        of_register = same_register(pitches[one], pitches[other])
        distances = pdist(np.stack([voice.performance.vector for voice in voices]).astype(np.float64))
        impostors = np.sort(distances[of_register & (singers[one] != singers[other])])
        return cls(impostors, distances[of_register & (singers[one] == singers[other])]) if len(impostors) else None

    def share_farther(self, distance: float) -> float:
        """Return the share of impostor pairs that lie farther apart than this distance, 0 to 1."""
        return 1 - float(np.searchsorted(self.distances, distance, side="right")) / len(self.distances)

    def share_of_same_farther(self, distance: float) -> float | None:
        """Return the share of pairs of one singer that lie farther apart than this distance; None without pairs."""
        return float(np.mean(self.same > distance)) if len(self.same) else None

    def share_accepted(self, calibration: Calibration) -> float:
        """Return the share of impostor pairs that the calibration's threshold accepts as the same singer, 0 to 1."""
        return 1 - self.share_farther(calibration.threshold)

    def bears_out(self, calibration: Calibration) -> bool:
        """Return whether a calibration is known to hold for two recordings of this collection."""
        error = self.calibration_error(calibration)
        return error is not None and error <= TOLERATED_ERROR

    def calibration_error(self, calibration: Calibration) -> float | None:
        """Measure how far off a calibration's probabilities are on the collection's pairs, on average.

        Pairs of one singer and impostor pairs weigh the same.

        Returns
        -------
        float or None
            Expected calibration error, 0 to 1; None with fewer than `FEWEST` pairs of either kind.
        """
        counts = len(self.same), len(self.distances)
        if min(counts) < FEWEST or not calibration.known:
            return None
        probabilities = calibration.probabilities(np.concatenate([self.same, self.distances]))
        of_one = np.repeat([True, False], counts)
        weights = np.repeat(0.5 / np.array(counts), counts)
        return measure_reliability(probabilities, of_one, weights).calibration_error
