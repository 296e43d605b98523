"""Which singers of a collection sing most like a performance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis.leave_one_out import distance_blocks
from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from singing_style.cohort import Cohort
from singing_style.comparison import Comparison, bands_apart, compare
from singing_style.doubts import doubt_nearest
from singing_style.performance import Performance
from singing_style.rehearsal import rehearse
from singing_style.span import nearest_points
from singing_style.verdict import Answer, Verdict, decide, withdrawn
from singing_style.voice_index import Voice, VoiceIndex

# Of a performance with more than so many times the singing that the recordings of a collection hold, a part is judged.
MUCH_LONGER = 3.0
# And one with less than this share of it is never said to be nobody's.
MUCH_SHORTER = 0.5
NO_PITCH = "no pitch was found in this recording, so nothing tells which others to judge it by; go by the distances"
ALL_UNLIKE = "this recording holds another band than all in the index; ask with recordings of one kind"


@dataclass(frozen=True, eq=False)
class Likeness:
    """A singer of the collection, with the performances that answered.

    Attributes
    ----------
    distance : float
        To the singer (`singing_style.span`).
    probability : float
        Probability that this singer sings the query, by the model's calibration at that distance.
    answered : tuple of Voice
        The performance to which the query is nearest, or the two between which it lies, the nearer to it first.
    comparison : Comparison
        The query, which comes first in its moments, and the first of these.
    share_of_impostors_farther : float or None
        Share of the collection's impostor pairs (two different singers) that lie farther apart than these two, 0 to 1;
        None if the collection has a single singer.
    unlike : str
        Why distance and probability mean little: a performance that answered holds another band. Else empty.
    """

    distance: float
    probability: float
    answered: tuple[Voice, ...]
    comparison: Comparison
    share_of_impostors_farther: float | None
    unlike: str = ""

    @property
    def voice(self) -> Voice:
        """The nearer of those that answered."""
        return self.answered[0]


@dataclass(frozen=True, eq=False)
class Similar:
    """The singers of a collection who sing most like a performance.

    Attributes
    ----------
    likenesses : list of Likeness
        Nearest first, each singer once.
    own : list of Voice
        The voices of the collection that share a file with the query, and are left out.
    lost : list of str
        The singers of whom nothing else is left, so that they cannot be the answer.
    impostors_accepted : float or None
        Share of the collection's impostor pairs that the calibration's threshold accepts as the same singer, 0 to 1;
        None if the collection has a single singer.
    verdict : Verdict
        Who it is, as far as the collection shows.
    doubt : str
        Why the probabilities are not known to hold for recordings of the collection at about this pitch, and what
        helps; empty where they are.
    part : str
        Which part of the performance was asked about, and why; empty where all of it was.
    """

    likenesses: list[Likeness]
    own: list[Voice]
    lost: list[str]
    impostors_accepted: float | None
    verdict: Verdict
    doubt: str
    part: str = ""

    @property
    def calibration_holds(self) -> bool:
        """Whether the probabilities are known to hold for recordings of the collection at about this pitch."""
        return not self.doubt


def find_similar(
    performance: Performance,
    index: VoiceIndex,
    calibration: Calibration,
    *,
    contents: Sequence[str] = (),
    top: int = 5,
    prior: float | None = None,
    moments: int = 1,
) -> Similar:
    """Rank the singers of a collection by their distance, and tell which of their performances answered.

    Parameters
    ----------
    performance : Performance
        Of one with more than `MUCH_LONGER` times the singing of the index's recordings, a part is asked about.
    index : VoiceIndex
        Made with the same model.
    calibration : Calibration
        The model's.
    contents : sequence of str, optional
        Hashes of the performance's files (`singing_style.takes.hash_takes`), which identify them in the index.
    top : int, optional
        Number of singers to return.
    prior : float, optional
        Prior probability that a performance of the collection is by the same singer.
    moments : int, optional
        Number of closest pairs of clips to return for each.

    Raises
    ------
    BadInputError
        The index holds nothing but the query itself.
    """
    own = index.holding(contents)
    others = index.without(own) if own else index
    if not others.voices:
        raise BadInputError("the index holds nothing but this very file; index more recordings")
    cohort = Cohort.of(index)
    performance, part = as_long_as(others, performance)
    unlike = [voice for voice in others.voices if voice.performance.band.differs(performance.band)]
    alike = others.without(unlike) if 0 < len(unlike) < len(others.voices) else others
    rehearsal = rehearse(alike).at(performance.pitch)
    nearest = _nearest_singers(performance, others)
    likenesses = []
    for distance, answered in nearest[:top]:
        found = compare(performance, answered[0].performance, calibration, prior=prior, moments=moments)
        share = cohort.share_farther(found.distance) if cohort else None
        why = next(filter(None, (bands_apart(performance, voice.performance) for voice in answered)), "")
        likenesses.append(Likeness(distance, calibration.probability(distance, prior), answered, found, share, why))
    verdict = decide([answered[0].singer for _, answered in nearest], [distance for distance, _ in nearest], rehearsal)
    return Similar(
        likenesses=likenesses,
        own=own,
        lost=sorted({voice.singer for voice in own} - {voice.singer for voice in others.voices}),
        impostors_accepted=cohort.share_accepted(calibration) if cohort else None,
        verdict=_unless_unlike(verdict, performance, [answered for _, answered in nearest], unlike, others),
        doubt=_incomparable(performance, unlike, others) or doubt_nearest(rehearsal, calibration, index),
        part=part,
    )


def _incomparable(performance: Performance, unlike: list[Voice], others: VoiceIndex) -> str:
    """Return why no recording of a collection shows what a distance from a performance is worth; else empty."""
    if np.isnan(performance.pitch):
        return NO_PITCH
    return ALL_UNLIKE if len(unlike) == len(others.voices) else ""


def as_long_as(index: VoiceIndex, performance: Performance) -> tuple[Performance, str]:
    """Return a performance or, if it is much longer than those of a collection, a part of it, with the reason.

    The mean of many clips lies nearer to everybody than that of a few, so that a stranger may look near, and a singer
    who is known as far from their own short takes.
    """
    usual = _usual_singing(index)
    most = MUCH_LONGER * usual
    if not performance.voiced_seconds > most:
        return performance, ""
    part = performance.part(most)
    if len(part.clips) == len(performance.clips):
        return performance, ""
    joined = any(len(voice.contents) > 1 for voice in index.voices)
    remedy = "" if joined else " (takes joined by index --join hold more)"
    return part, (
        f"to compare like with like, only {part.voiced_seconds:.0f} s of its {performance.voiced_seconds:.0f} s of "
        f"singing were heard, spread evenly: the recordings of the index hold about {usual:.0f} s each{remedy}"
    )


def _usual_singing(index: VoiceIndex) -> float:
    """Return the seconds of singing that the recordings of a collection hold, in the median."""
    return float(np.median([voice.performance.voiced_seconds for voice in index.voices]))


def _unless_unlike(
    verdict: Verdict,
    performance: Performance,
    nearest: Sequence[tuple[Voice, ...]],
    unlike: list[Voice],
    others: VoiceIndex,
) -> Verdict:
    """Return a verdict, or none where the performance is not like those of the collection."""
    if np.isnan(performance.pitch):
        return withdrawn(verdict, NO_PITCH)
    if why := _other_bands(performance, nearest, unlike, others, verdict):
        return withdrawn(verdict, why)
    unclear = verdict.answer is not Answer.CLEAR
    if unclear and verdict.out_of_reach and (why := much_shorter(performance, others)):
        return withdrawn(verdict, f"this recording {why}; ask with more of it, takes joined")
    return verdict


def much_shorter(performance: Performance, index: VoiceIndex) -> str:
    """Return why a performance much shorter than those of a collection is far from everybody; empty where it is not."""
    usual = _usual_singing(index)
    if not performance.voiced_seconds < MUCH_SHORTER * usual:
        return ""
    return (
        f"holds {performance.voiced_seconds:.0f} s of singing and those of the index {usual:.0f} s, so it lies farther "
        "from everybody than they do, its own singer included"
    )


def _other_bands(
    performance: Performance,
    nearest: Sequence[tuple[Voice, ...]],
    unlike: list[Voice],
    others: VoiceIndex,
    verdict: Verdict,
) -> str:
    """Return why the bands of the recordings allow no verdict; empty where they do.

    Distances between bands mean little: so neither of the two singers who decide may be known from another band, nor
    may nobody be found where singers are known from other bands alone.
    """
    deciding = [voice for answered in nearest[:2] for voice in answered if voice in unlike]
    heard = {voice.singer for voice in others.without(unlike).voices}
    unheard = [answered[0] for answered in nearest if answered[0].singer not in heard]
    unheard = unheard if verdict.answer is Answer.NOBODY else []
    if not deciding + unheard:
        return ""
    first = (deciding + unheard)[0]
    return (
        f"this recording holds {performance.band}, and {len(unlike)} of {len(others.voices)} in the index, such as "
        f"{first.performance.name} ({first.performance.band}), another band, so their distances tell little of who "
        "sings; ask with recordings of one kind"
    )


def _nearest_singers(performance: Performance, index: VoiceIndex) -> list[tuple[float, tuple[Voice, ...]]]:
    """List each singer's distance and the performances that answered; ties go to the earlier one in the index."""
    _, squared = next(distance_blocks(performance.vector[None], index.vectors))
    found = []
    for rows in index.rows_by_singer.values():
        points = nearest_points(squared[:, rows], index.vectors[rows])
        between = sorted({int(points.one[0]), int(points.other[0])}, key=lambda place: squared[0, rows[place]])
        found.append((float(points.distances[0]), tuple(rows[between].tolist())))
    return [(distance, tuple(index.voices[row] for row in rows)) for distance, rows in sorted(found)]
