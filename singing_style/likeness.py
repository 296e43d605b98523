"""Who of a collection sings most like a performance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis.leave_one_out import distance_blocks
from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from singing_style.cohort import Cohort
from singing_style.comparison import Comparison, compare
from singing_style.performance import Performance
from singing_style.voice_index import Voice, VoiceIndex


@dataclass(frozen=True, eq=False)
class Likeness:
    """A singer of the collection and the performance of theirs that lies nearest.

    Attributes
    ----------
    voice : Voice
    comparison : Comparison
        The performance that was asked about comes first in its moments.
    strangers_farther : float or None
        Share of the pairs of different singers in the collection that lie farther apart than these two, 0 to 1; None
        where the collection has one singer.
    """

    voice: Voice
    comparison: Comparison
    strangers_farther: float | None


@dataclass(frozen=True, eq=False)
class Similar:
    """Who of a collection sings most like a performance.

    Attributes
    ----------
    likenesses : list of Likeness
        Nearest first, each singer once.
    own : list of Voice
        Where the very file or takes that were asked about stand in the collection; nothing is compared with itself.
    mistaken : float or None
        Share of the pairs of different singers of the collection that the calibration's threshold takes for the same.
    doubted : bool
        Whether these are so many that the probabilities do not hold for this collection.
    """

    likenesses: list[Likeness]
    own: list[Voice]
    mistaken: float | None
    doubted: bool


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
    """Find the singers whose nearest performance lies nearest.

    Parameters
    ----------
    performance : Performance
    index : VoiceIndex
        Made with the same model.
    calibration : Calibration
        The model's.
    contents : sequence of str, optional
        Hashes of the performance's files (`singing_style.takes.hash_takes`), by which they are known in the index.
    top : int, optional
        How many singers.
    prior : float, optional
        Probability beforehand that a performance of the collection is by the same singer.
    moments : int, optional
        How many pairs of clips to name for each.

    Raises
    ------
    BadInputError
        The index holds no other voice.
    """
    own = index.holding(contents)
    others = index.without(own)
    if not others.voices:
        raise BadInputError("the index holds no other voice than this very file; index more recordings")
    strangers = Cohort.of(index)
    likenesses = []
    for voice in _nearest_of_each_singer(performance, others, top):
        found = compare(performance, voice.performance, calibration, prior=prior, moments=moments)
        likenesses.append(Likeness(voice, found, strangers.farther(found.distance) if strangers else None))
    return Similar(
        likenesses=likenesses,
        own=own,
        mistaken=strangers.mistaken(calibration) if strangers else None,
        doubted=strangers is not None and strangers.belie(calibration),
    )


def _nearest_of_each_singer(performance: Performance, index: VoiceIndex, top: int) -> list[Voice]:
    """List the nearest performance of each singer, nearest first; of equally distant ones the earlier comes first."""
    _, squared = next(distance_blocks(performance.vector[None], index.vectors))
    first: dict[str, Voice] = {}
    for row in np.argsort(squared[0], kind="stable"):
        first.setdefault(index.voices[row].singer, index.voices[row])
        if len(first) == top:
            break
    return list(first.values())
