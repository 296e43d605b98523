"""Which singers of a collection sing most like a performance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis.leave_one_out import distance_blocks
from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from singing_style.cohort import Cohort
from singing_style.comparison import Comparison, compare
from singing_style.performance import Performance
from singing_style.rehearsal import rehearse
from singing_style.verdict import Verdict, decide
from singing_style.voice_index import Voice, VoiceIndex


@dataclass(frozen=True, eq=False)
class Likeness:
    """A singer of the collection, with their nearest performance.

    Attributes
    ----------
    voice : Voice
    comparison : Comparison
        The query comes first in its moments.
    share_of_impostors_farther : float or None
        Share of the collection's impostor pairs (two different singers) that lie farther apart than these two, 0 to 1;
        None if the collection has a single singer.
    """

    voice: Voice
    comparison: Comparison
    share_of_impostors_farther: float | None


@dataclass(frozen=True, eq=False)
class Similar:
    """The singers of a collection who sing most like a performance.

    Attributes
    ----------
    likenesses : list of Likeness
        Nearest first, each singer once.
    own : list of Voice
        The voices of the collection that share a file with the query, and are left out.
    impostors_accepted : float or None
        Share of the collection's impostor pairs that the calibration's threshold accepts as the same singer, 0 to 1;
        None if the collection has a single singer.
    verdict : Verdict
        Who it is, as far as the collection shows.
    calibration_holds : bool
        Whether the probabilities are known to hold for recordings of the collection at about this pitch.
    """

    likenesses: list[Likeness]
    own: list[Voice]
    impostors_accepted: float | None
    verdict: Verdict
    calibration_holds: bool

    @property
    def calibration_fails(self) -> bool:
        """Whether the probabilities are not known to hold for this collection."""
        return not self.calibration_holds


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
    """Rank the singers of a collection by the distance of their nearest performance.

    Parameters
    ----------
    performance : Performance
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
    rehearsal = rehearse(others).at(performance.pitch)
    nearest = _nearest_of_each_singer(performance, others)
    likenesses = []
    for voice in nearest[:top]:
        found = compare(performance, voice.performance, calibration, prior=prior, moments=moments)
        likenesses.append(Likeness(voice, found, cohort.share_farther(found.distance) if cohort else None))
    return Similar(
        likenesses=likenesses,
        own=own,
        impostors_accepted=cohort.share_accepted(calibration) if cohort else None,
        verdict=decide(
            [voice.singer for voice in nearest],
            [performance.distance(voice.performance) for voice in nearest],
            rehearsal,
        ),
        calibration_holds=rehearsal.bears_out(calibration),
    )


def _nearest_of_each_singer(performance: Performance, index: VoiceIndex) -> list[Voice]:
    """List the nearest performance of each singer, nearest first; ties go to the earlier one in the index."""
    _, squared = next(distance_blocks(performance.vector[None], index.vectors))
    first: dict[str, Voice] = {}
    for row in np.argsort(squared[0], kind="stable"):
        first.setdefault(index.voices[row].singer, index.voices[row])
    return list(first.values())
