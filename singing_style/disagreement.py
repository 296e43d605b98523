"""Performances of a collection that do not agree with the others of their singer: it may be somebody else who sings.

A distance cannot tell that from the singer in another register, with another effort or through another microphone.

Means decide who is nearer, not single performances: two that are wrong in the same way agree with each other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from pipeline.analysis.leave_one_out import distance_blocks
from pipeline.runtime.counting import counted
from singing_style.performance import SAME_SOUND
from singing_style.register import same_register
from singing_style.rehearsal import FEWEST, Rehearsal, rehearse
from singing_style.span import nearest_points
from singing_style.voice_index import Voice, VoiceIndex

# It must be so many times as far from its own as from another: closer calls are wrong more often than they are right.
MARGIN = 1.1
# Fewer other performances do not show how their singer sings.
FEWEST_OTHERS = 2

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Disagreement:
    """A performance that does not agree with the others of its singer.

    Attributes
    ----------
    voice : Voice
    others : int
        Number of its singer's other performances.
    distance : float
        From these: from their mean where another singer is nearer, else from their span (`singing_style.span`).
    nearer : str or None
        The singer to whose mean it is nearer; None where it is only farther than strangers.
    limit : float
        Its distance from that singer's mean; else the one within which half of the recordings of other singers, at
        about its pitch, come to a singer who is not theirs.
    """

    voice: Voice
    others: int
    distance: float
    nearer: str | None
    limit: float

    def __str__(self) -> str:
        """Return what was measured, in one line; what it may mean is said once for all (`explain_disagreements`)."""
        of_its_own = f"{counted(self.others, 'other')} of {self.voice.singer}"
        if self.nearer is not None:
            return (
                f"{self.voice.path}: nearer to {self.nearer} ({self.limit:.3f} from the mean) than to the {of_its_own} "
                f"({self.distance:.3f})"
            )
        return (
            f"{self.voice.path}: farther from the {of_its_own} ({self.distance:.3f}) than half of the recordings at "
            f"about its pitch lie from a singer who is not theirs ({self.limit:.3f})"
        )


def explain_disagreements(number: int) -> str:
    """Return in one line what it means that so many performances are named."""
    what = counted(
        number, "performance is unlike the others of its singer", "performances are unlike the others of their singer"
    )
    return (
        f"{what}, which may be right (another register, effort or microphone), a wrong name, or several voices: listen "
        "before you change anything"
    )


def find_disagreements(index: VoiceIndex) -> list[Disagreement]:
    """Find the performances that do not agree with the others of their singer, the surest first.

    A performance is found if it is nearer, by a tenth, to the mean of another singer's performances than to that of the
    others of its own; or if it lies farther from these, by a tenth, than half of the recordings of other singers, at
    about its pitch, lie from the nearest singer who is not theirs. Singers of fewer than three performances are not
    judged, and the second takes nineteen such recordings.
    """
    own_mean, other_mean, others = _distances_to_means(index)
    names = list(index.rows_by_singer)
    found = []
    rehearsal, own = rehearse(index), _distances_to_own(index)
    for row, voice in enumerate(index.voices):
        count = len(index.rows_by_singer[voice.singer]) - 1
        if count < FEWEST_OTHERS:
            continue
        limit = _typical_stranger(rehearsal, voice)
        if own_mean[row] > MARGIN * other_mean[row]:
            found.append(Disagreement(voice, count, float(own_mean[row]), names[others[row]], float(other_mean[row])))
        elif limit is not None and np.isfinite(own[row]) and own[row] > MARGIN * limit:
            found.append(Disagreement(voice, count, float(own[row]), None, limit))
    return sorted(found, key=lambda one: one.limit / one.distance)


def find_two_names(index: VoiceIndex) -> list[tuple[Voice, Voice]]:
    """Find the pairs of performances under two singers that hold the same file, or the same sound in two formats."""
    alike = KDTree(index.vectors).query_pairs(SAME_SOUND)
    shared = {(row, other) for row, others in enumerate(index.sharing) for other in others if row < other}
    pairs = [(index.voices[one], index.voices[other]) for one, other in sorted(alike | shared)]
    return [(one, other) for one, other in pairs if one.singer != other.singer]


def _distances_to_means(index: VoiceIndex) -> tuple[Numbers, Numbers, NDArray[np.intp]]:
    """Measure how far each performance lies from the mean of its singer's others, and of the nearest other singer.

    Returns
    -------
    tuple of ndarray, shape (performances,)
        Both distances, and that singer's place in the alphabetical order; infinite where there is none.
    """
    vectors = index.vectors.astype(np.float64)
    groups = list(index.rows_by_singer.values())
    means = np.stack([vectors[rows].mean(axis=0) for rows in groups])
    own, other = (np.full(len(vectors), np.inf) for _ in range(2))
    nearest = np.zeros(len(vectors), np.intp)
    for place, rows in enumerate(groups):
        away = cdist(vectors[rows], means)
        if len(rows) > 1:
            # the mean without a performance lies on the line from it through the mean
            own[rows] = away[:, place] * len(rows) / (len(rows) - 1)
        away[:, place] = np.inf
        nearest[rows] = away.argmin(axis=1)
        other[rows] = away.min(axis=1)
    return own, other, nearest


def _distances_to_own(index: VoiceIndex) -> Numbers:
    """Measure how far each performance lies from its singer, those that share a file with it apart."""
    own = np.full(len(index.voices), np.inf)
    for rows in index.rows_by_singer.values():
        place = {int(row): at for at, row in enumerate(rows)}
        vectors = index.vectors[rows]
        for start, squared in distance_blocks(vectors, vectors):
            for at, distances in enumerate(squared, start):
                distances[[place[row] for row in index.sharing[rows[at]] if row in place]] = np.inf
            own[rows[start : start + len(squared)]] = nearest_points(squared, vectors).distances
    return own


def _typical_stranger(rehearsal: Rehearsal, voice: Voice) -> float | None:
    """Return how near half of the strangers come at a performance's pitch; None where too few show it."""
    strangers = same_register(rehearsal.pitches, voice.performance.pitch) & (rehearsal.singers != voice.singer)
    first = rehearsal.first[strangers]
    first = first[np.isfinite(first)]
    return float(np.median(first)) if len(first) >= FEWEST else None
