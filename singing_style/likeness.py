"""Who of a collection sings most like a performance."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from singing_style.comparison import Comparison, compare
from singing_style.nearest import nearest
from singing_style.performance import Performance
from singing_style.strangers import Strangers
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
    strangers = Strangers.of(index)
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
    """Look ever further until enough singers were met."""
    count = min(8 * top, len(index.voices))
    while True:
        _, rows = nearest(index.vectors, performance.vector[None], count)
        first: dict[str, Voice] = {}
        for row in rows[0]:
            first.setdefault(index.voices[row].singer, index.voices[row])
        if len(first) >= top or count == len(index.voices):
            return list(first.values())[:top]
        count = min(4 * count, len(index.voices))
