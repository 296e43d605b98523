"""Who sings, in words: clearly one singer, one of a few, or nobody of the collection.

The collection decides what is clear (`singing_style.rehearsal`). A recording is clearly Ann's if it is nearer to her
than nineteen strangers of twenty come to anybody; nearer than to the second singer by a margin that nineteen strangers
of twenty do not show; and no farther from her than her own recordings show that one of hers may be. It is nobody's if
it lies farther from everybody than nineteen recordings of twenty lie from the others of their singer. All this among
recordings of about its pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from pipeline.runtime.counting import counted
from singing_style.rehearsal import FEWEST, FEWEST_SINGERS, Rehearsal, margin_of

# Singers to name of those whom it may be.
NAMED = 4


class Answer(StrEnum):
    """The kinds of verdict."""

    # One singer.
    CLEAR = "clear"
    # One of several singers, if any.
    UNCLEAR = "unclear"
    # None of the collection.
    NOBODY = "nobody"
    # The collection is too small to tell.
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Verdict:
    """Who of a collection sings, and by what margin.

    Attributes
    ----------
    answer : Answer
    singers : tuple of str
        Who it may be, nearest first; empty for nobody, and where the collection is too small to tell.
    nearest : str
        The nearest singer, whatever the answer.
    second : str or None
        The next one; None where there is no other.
    distance : float
        To the nearest singer (`singing_style.span`).
    margin : float or None
        How many times as far the next singer is; None where there is no other.
    needed : float or None
        The margin that makes an answer clear here; None where the collection is too small to tell.
    near, reach : float or None
        The distances within which an answer may be clear, and beyond which it is nobody; None likewise.
    recordings, recorded_singers : int
        Number of the collection's recordings of about this pitch, by which this is judged, and of their singers.
    by_own : bool
        Whether the nearest singer's own recordings set `near`, rather than strangers.
    unlike : str
        Why there is no verdict though the collection is large enough: its recordings hold another band, or far more
        singing. Else empty.
    """

    answer: Answer
    singers: tuple[str, ...]
    nearest: str
    second: str | None
    distance: float
    margin: float | None
    needed: float | None
    near: float | None
    reach: float | None
    recordings: int
    recorded_singers: int
    by_own: bool = False
    unlike: str = ""

    def __str__(self) -> str:
        """Return the verdict in a few words.

        Examples
        --------
        >>> str(Verdict(Answer.UNCLEAR, ("Ann", "Ben"), "Ann", "Ben", 0.3, 1.1, 1.4, 0.4, 0.6, 40, 8))
        'Ann, Ben or nobody here'
        """
        match self.answer:
            case Answer.CLEAR:
                return f"clearly {self.nearest}"
            case Answer.NOBODY:
                return "nobody here"
            case Answer.UNDECIDED:
                return "undecided"
        named = self.singers if len(self.singers) <= NAMED else (*self.singers[: NAMED - 1], "others")
        return f"{', '.join(named)} or nobody here"


def decide(singers: Sequence[str], distances: Sequence[float], rehearsal: Rehearsal) -> Verdict:
    """Decide who sings.

    Parameters
    ----------
    singers : sequence of str
        Each once, nearest first; at least one.
    distances : sequence of float
        Of the recording from them, ascending.
    rehearsal : Rehearsal
        Of the collection without the recording that is asked about, at its pitch.
    """
    nearest, second = distances[0], singers[1] if len(singers) > 1 else None
    margins = margin_of(np.full(len(distances), nearest), np.array(distances))
    margin = float(margins[1]) if second is not None else None
    counts = len(rehearsal), len(set(rehearsal.singers.tolist()))
    if margin is None or not rehearsal.enough:
        return Verdict(Answer.UNDECIDED, (), singers[0], second, nearest, margin, None, None, None, *counts)
    strangers, own = rehearsal.near(), rehearsal.own_reach(singers[0])
    needed, near, reach = rehearsal.margin_needed(), min(strangers, own), rehearsal.reach()
    candidates = tuple(singer for singer, its in zip(singers, margins, strict=True) if its <= needed)
    if nearest > reach:
        answer, candidates = Answer.NOBODY, ()
    else:
        answer = Answer.CLEAR if margin > needed and nearest < near else Answer.UNCLEAR
    limits = needed, near, reach
    return Verdict(answer, candidates, singers[0], second, nearest, margin, *limits, *counts, by_own=own < strangers)


def withdrawn(verdict: Verdict, unlike: str) -> Verdict:
    """Return no verdict, for a reason."""
    return replace(verdict, answer=Answer.UNDECIDED, singers=(), unlike=unlike)


def explain(verdict: Verdict) -> str:
    """Return, in one sentence, what a verdict rests on."""
    if verdict.unlike:
        return verdict.unlike
    if not verdict.recordings:
        return (
            "no recording in the index is known to be of about this pitch, so nothing tells what is clear; go by the "
            "distances"
        )
    recordings, singers = counted(verdict.recordings, "recording"), counted(verdict.recorded_singers, "singer")
    judged = f"{recordings} of {singers} at about this pitch"
    if verdict.needed is None or verdict.near is None or verdict.reach is None or verdict.margin is None:
        return (
            f"the index has only {judged}, and it takes {FEWEST} of at least {FEWEST_SINGERS} singers to tell what is "
            "clear (joined takes count as one); index more, or go by the distances"
        )
    if verdict.answer is Answer.NOBODY:
        return (
            f"{verdict.nearest}, the nearest, is at {verdict.distance:.3f}, and here a singer's recordings lie within "
            f"{verdict.reach:.3f} of the others (19 in 20 of {judged}); it may still be "
            "someone here, in a song or mood that is not indexed"
        )
    strangers = "" if verdict.by_own else " strangers"
    own = f", as far as recordings by {verdict.nearest} lie from each other," if verdict.by_own else ""
    return (
        f"{verdict.nearest} is at {verdict.distance:.3f} and {verdict.second} {verdict.margin:.2f} times as far; clear "
        f"here takes less than {verdict.near:.3f}{own} and more than {verdict.needed:.2f} times (19 in "
        f"20{strangers}, by {judged})"
    )
