"""A collection rehearsed: each of its recordings is asked about, as if it were new.

What a distance or a margin is worth depends on the collection, so the collection itself is the measure. Each recording
is asked about twice: beside the other recordings of its singer, and with its singer taken away, as a stranger's.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import distance_blocks
from pipeline.model.calibration import Calibration, measure_reliability
from singing_style.performance import SAME_SOUND
from singing_style.register import same_register
from singing_style.span import nearest_points
from singing_style.voice_index import VoiceIndex

# One stranger in so many may be called clear, and one known recording in so many nobody's.
ONE_IN = 20
# Fewer recordings cannot show it: together with the one that is asked about they are twenty.
FEWEST = ONE_IN - 1
# A stranger's margin needs two other singers.
FEWEST_SINGERS = 3
# Fewer recordings of a singer do not show how far they lie from one another.
FEWEST_OWN = 3
# Most recordings to ask about; of a larger index every so many are taken.
MOST = 2000
# Probabilities hold where they are off by at most this much on average.
TOLERATED_ERROR = 0.1

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """How far each recording of a collection lies from the others; arrays of shape (recordings,).

    Attributes
    ----------
    singers : ndarray of str
        Who sings.
    pitches : ndarray of float64
        Median pitch in semitones; NaN where unknown.
    own : ndarray of float64
        Distance to the same singer's other recordings (`singing_style.span`); infinite where there are none.
    first, second : ndarray of float64
        Distance to the nearest other singer, and to the next; infinite where there is none.
    """

    singers: NDArray[np.str_]
    pitches: Numbers
    own: Numbers
    first: Numbers
    second: Numbers

    def __len__(self) -> int:
        return len(self.singers)

    def at(self, pitch: float) -> "Rehearsal":
        """Return the recordings of the register of a pitch (`singing_style.register`)."""
        chosen = same_register(self.pitches, pitch)
        return replace(self, **{name: values[chosen] for name, values in vars(self).items()})

    @property
    def enough(self) -> bool:
        """Whether there are enough recordings and singers to learn from."""
        return int(np.isfinite(self.second).sum()) >= FEWEST and len(set(self.singers.tolist())) >= FEWEST_SINGERS

    def margin_needed(self) -> float:
        """Return the margin that at most one stranger in `ONE_IN` exceeds; infinite where there are too few.

        The margin of a stranger is `second` as a multiple of `first`. A recording like those of the collection, by
        somebody who is not in it, is as likely to come at any place in their order, and so exceeds the value with a
        probability of at most one in `ONE_IN` (conformal prediction: Vovk, Gammerman and Shafer 2005). A wrong singer
        who is nearer than the right one shows no greater a margin than if the right one were away.
        """
        margins = margin_of(self.first, self.second)[np.isfinite(self.second)]
        allowed = (len(margins) + 1) // ONE_IN
        return float(np.sort(margins)[-allowed]) if allowed else np.inf

    def near(self) -> float:
        """Return the distance to anybody that at most one stranger in `ONE_IN` is nearer than; 0 if too few."""
        first = self.first[np.isfinite(self.first)]
        allowed = (len(first) + 1) // ONE_IN
        return float(np.sort(first)[allowed - 1]) if allowed else 0.0

    def reach(self) -> float:
        """Return the distance to their singer that at most one recording in `ONE_IN` exceeds, likewise."""
        known = np.sort(self.own[np.isfinite(self.own)])
        allowed = (len(known) + 1) // ONE_IN
        return float(known[-allowed]) if allowed else np.inf

    def own_reach(self, singer: str) -> float:
        """Return the distance to a singer that, going by their own recordings, at most one in `ONE_IN` exceeds.

        What varies much lies far from itself. So each recording's `own` is taken as a multiple of the median `own` of
        its singer's other recordings, which at most one in `ONE_IN` exceeds likewise, whoever sings.

        Returns
        -------
        float
            Infinite where the singer has fewer than `FEWEST_OWN` recordings, or they do not differ in the median, or
            those of all singers are too few to tell.
        """
        medians: dict[str, float] = {}
        multiples = []
        for name in np.unique(self.singers).tolist():
            own = np.sort(self.own[(self.singers == name) & np.isfinite(self.own)])
            if len(own) >= FEWEST_OWN and np.median(own) > 0:
                medians[name] = float(np.median(own))
                multiples.append(margin_of(_medians_of_others(own), own))
        allowed = (sum(map(len, multiples)) + 1) // ONE_IN
        if singer not in medians or not allowed:
            return np.inf
        return medians[singer] * float(np.sort(np.concatenate(multiples))[-allowed])

    @property
    def judging(self) -> int:
        """How many recordings can judge a calibration: those of singers with others, beside other singers."""
        return int(np.count_nonzero(np.isfinite(self.own) & np.isfinite(self.first)))

    def calibration_error(self, calibration: Calibration) -> float | None:
        """Measure how far off a calibration's probabilities of the first answer are here, on average.

        Each recording counts once beside its singer's others and once as a stranger's, whose first answer is wrong.

        Returns
        -------
        float or None
            Expected calibration error, 0 to 1; None where there is too little to measure it on.
        """
        if self.judging < FEWEST or not calibration.known:
            return None
        both = np.isfinite(self.own) & np.isfinite(self.first)
        own, first = self.own[both], self.first[both]
        probabilities = calibration.probabilities(np.concatenate([np.minimum(own, first), first]))
        right = np.concatenate([own < first, np.zeros(len(first), bool)])
        return measure_reliability(probabilities, right, np.ones(len(right))).calibration_error

    def bears_out(self, calibration: Calibration) -> bool:
        """Return whether a calibration is known to hold for the nearest of many singers here."""
        error = self.calibration_error(calibration)
        return error is not None and error <= TOLERATED_ERROR


@lru_cache(maxsize=2)
def rehearse(index: VoiceIndex) -> Rehearsal:
    """Ask about the recordings of an index; a recording is not compared with one that shares a file or sounds the same.

    Copies in another format would show a singer to sing the same each time. The last results are kept, since many
    recordings may be asked about in one index.
    """
    asked = np.arange(0, len(index.voices), -(-len(index.voices) // MOST))
    names = np.array(list(index.rows_by_singer))
    singers = np.array([index.voices[row].singer for row in asked])
    codes = np.searchsorted(names, singers)
    own, first, second = (np.full(len(asked), np.inf) for _ in range(3))
    for start, squared in distance_blocks(index.vectors[asked], index.vectors):
        block = slice(start, start + len(squared))
        for row, distances in enumerate(squared, start):
            distances[index.sharing[asked[row]]] = np.inf
        squared[squared < SAME_SOUND**2] = np.inf
        to_singers = [nearest_points(squared[:, rows], index.vectors[rows]) for rows in index.rows_by_singer.values()]
        away = np.column_stack([points.distances for points in to_singers] + [np.full((len(squared), 2), np.inf)])
        mine = np.arange(len(squared)), codes[block]
        own[block] = away[mine]
        away[mine] = np.inf
        first[block], second[block] = np.partition(away, 1)[:, :2].T
    pitches = np.array([index.voices[row].performance.pitch for row in asked], np.float64)
    return Rehearsal(singers, pitches, own, first, second)


def _medians_of_others(ascending: Numbers) -> Numbers:
    """Return for each of some sorted values, at least two, the median of the others."""
    places = np.arange(len(ascending))
    lower, upper = (len(ascending) - 2) // 2, (len(ascending) - 1) // 2
    middle = (np.where(places <= place, ascending[place + 1], ascending[place]) for place in (lower, upper))
    medians: Numbers = sum(middle) / 2
    return medians


def margin_of(first: Numbers, second: Numbers) -> Numbers:
    """Return how many times as far the second singer is as the first; 1 where both are at no distance.

    Examples
    --------
    >>> margin_of(np.array([2.0, 0.0, 0.0]), np.array([3.0, 1.0, 0.0])).tolist()
    [1.5, inf, 1.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(second > 0, second / first, 1.0)
