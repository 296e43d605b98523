"""What a collection shows about two recordings: how far apart its pairs lie, and whose it takes each for by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from pipeline.runtime.counting import counted
from singing_style.cohort import Cohort
from singing_style.doubts import doubt_pair
from singing_style.likeness import find_similar
from singing_style.performance import Performance
from singing_style.register import same_register, to_hertz
from singing_style.rehearsal import TOLERATED_ERROR
from singing_style.verdict import Answer, Verdict
from singing_style.voice_index import VoiceIndex

ONLY_THERE = "only where two are sung within half an octave of each other is it known what a distance means"


@dataclass(frozen=True, eq=False)
class Shown:
    """What a collection shows about two recordings.

    Attributes
    ----------
    cohort : Cohort or None
        The distances of its pairs; None without a collection, or where the two are sung at different pitches.
    verdicts : tuple of Verdict
        On each of the two by itself, whatever the collection holds of it; empty without a collection.
    held : tuple of str
        As whose the collection holds each, or takes of it; empty where it does not.
    calibration_holds : bool or None
        Whether its recordings bear the model's calibration out; None without a collection.
    doubt : str
        Why a probability is not known to hold, or does not count; empty where it does.
    """

    cohort: Cohort | None
    verdicts: tuple[Verdict, ...]
    held: tuple[str, ...]
    calibration_holds: bool | None
    doubt: str


def show(
    performances: Sequence[Performance],
    contents: Sequence[Sequence[str]],
    index: VoiceIndex | None,
    calibration: Calibration,
) -> Shown:
    """Find what a collection shows about two recordings.

    Parameters
    ----------
    performances : sequence of 2 Performance
    contents : sequence of 2 sequences of str
        Hashes of their files, which identify them in the collection.
    index : VoiceIndex or None
        The collection, if there is one.
    calibration : Calibration
        The model's.
    """
    one, other = performances
    apart = not same_register(one.pitch, other.pitch)
    if index is None:
        return Shown(None, (), (), None, _pitches_apart(performances) if apart else _doubt(calibration, among=False))
    held = tuple("/".join(sorted({voice.singer for voice in index.holding(some)})) for some in contents)
    verdicts = _verdicts(performances, contents, index, calibration)
    if apart:
        return Shown(None, verdicts, held, False, _two_singers(verdicts) or _pitches_apart(performances))
    cohort = Cohort.of(index)
    doubt = doubt_pair(cohort, calibration, index) or _doubt(calibration, among=True)
    return Shown(cohort, verdicts, held, not doubt, _two_singers(verdicts) or doubt)


def _verdicts(
    performances: Sequence[Performance], contents: Sequence[Sequence[str]], index: VoiceIndex, calibration: Calibration
) -> tuple[Verdict, ...]:
    """Ask who sings each; nothing where the collection holds only these."""
    try:
        asked = zip(performances, contents, strict=True)
        return tuple(
            find_similar(performance, index, calibration, contents=held, top=1, moments=0).verdict
            for performance, held in asked
        )
    except BadInputError:
        return ()


def _two_singers(verdicts: Sequence[Verdict]) -> str:
    """Return that two recordings are clearly by two singers, whatever the distance between them; else empty."""
    clear = [verdict.nearest for verdict in verdicts if verdict.answer is Answer.CLEAR]
    if len(set(clear)) < 2:
        return ""
    return f"by themselves, A is clearly {clear[0]} and B clearly {clear[1]}: two singers, whatever their distance"


def _pitches_apart(performances: Sequence[Performance]) -> str:
    """Describe at what pitch each is sung, or that it is not known."""
    unknown = [letter for letter, one in zip("AB", performances, strict=True) if one.pitch != one.pitch]
    if unknown:
        return f"the pitch of {' and '.join(unknown)} is not known, and {ONLY_THERE}"
    low, high = (f"{to_hertz(one.pitch):.0f} Hz" for one in performances)
    return f"A is sung at about {low} and B at about {high}, and {ONLY_THERE}"


def _doubt(calibration: Calibration, *, among: bool) -> str:
    """Return why a probability is not known to hold for two recordings, by the calibration alone; empty if it is.

    An index that it was fitted to would bear it out in any case, so that this counts beside an index, too.
    """
    if calibration.unseen_error is None and among:
        return ""
    if calibration.unseen_error is None:
        return (
            "it takes an index (--among), or a model calibrated on such recordings (singing-style calibrate), to know "
            "whether the model's calibration holds for yours"
        )
    if calibration.unseen_error > TOLERATED_ERROR:
        points = counted(round(100 * calibration.unseen_error), "point")
        return f"the model's calibration is off by {points} on average for singers who were not in its fit"
    return ""
