"""Who sings, in words: clearly one singer, one of a few, or nobody of the collection.

The collection decides what is clear (`singing_style.rehearsal`). A recording is clearly Ann's if it is nearer to her
than to the second singer by a margin that nineteen strangers of twenty do not show, and no farther from her than her
own recordings show that one of hers may be. It is nobody's if it lies farther from everybody than nineteen recordings
of twenty lie from the others of their singer, and shows no such margin: one that does may be hers in a song or mood of
which the collection has nothing. All this among recordings of about its pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from pipeline.runtime.counting import counted
from singing_style.rehearsal import FEWEST, FEWEST_SINGERS, Rehearsal, margin_of

BY_DISTANCE = "index more, or go by the distances"
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
        The distances within which an answer may be clear, and beyond which it is nobody unless the margin is larger
        than needed; None likewise.
    recordings, recorded_singers : int
        Number of the collection's recordings of about this pitch, by which this is judged, and of their singers.
    by_own : bool
        Whether the nearest singer's own recordings set `near`, rather than strangers, as where there are too few.
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
        if self.out_of_reach:
            return f"{', '.join(named)} in a new song or mood, or nobody here"
        return f"{', '.join(named)} or nobody here"

    @property
    def out_of_reach(self) -> bool:
        """Whether it lies farther from everybody than recordings here lie from the others of their singer."""
        return self.reach is not None and self.distance > self.reach


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
    own, needed = rehearsal.own_reach(singers[0]), rehearsal.margin_needed()
    by_own, reach = bool(np.isfinite(own)), rehearsal.reach()
    near, reach = (own, max(reach, own)) if by_own else (rehearsal.near(), reach)
    candidates = tuple(singer for singer, its in zip(singers, margins, strict=True) if its <= needed)
    if margin > needed:
        answer = Answer.CLEAR if nearest < near and nearest <= reach else Answer.UNCLEAR
    elif nearest > reach:
        answer, candidates = Answer.NOBODY, ()
    else:
        answer = Answer.UNCLEAR
    return Verdict(answer, candidates, singers[0], second, nearest, margin, needed, near, reach, *counts, by_own=by_own)


def withdrawn(verdict: Verdict, unlike: str) -> Verdict:
    """Return no verdict, for a reason."""
    return replace(verdict, answer=Answer.UNDECIDED, singers=(), unlike=unlike)


def explain(verdict: Verdict) -> list[str]:
    """Return what a verdict rests on: the distance, the lead, and what both are judged by, a line each."""
    if verdict.unlike:
        return [verdict.unlike]
    if not verdict.recordings:
        return [f"no recording in the index is known to be of about this pitch; {BY_DISTANCE}"]
    if verdict.needed is None or verdict.near is None or verdict.reach is None or verdict.margin is None:
        return [f"{_too_few(verdict)}; {BY_DISTANCE}"]
    name, distance = verdict.nearest, f"{verdict.nearest} is at {verdict.distance:.3f}"
    if verdict.out_of_reach:
        near = f"{distance}, and the recordings of a singer here lie within {verdict.reach:.3f} of the others"
    elif verdict.by_own:
        near = f"{distance}; clear takes less than {verdict.near:.3f}, as far as recordings by {name} lie apart"
    else:
        near = f"{distance}; clear takes less than {verdict.near:.3f}, nearer than strangers come"
    lead = f"{verdict.second} is {verdict.margin:.2f} times as far; clear takes more than {verdict.needed:.2f}"
    recordings, singers = counted(verdict.recordings, "recording"), counted(verdict.recorded_singers, "singer")
    lines = [near, lead, f"each 19 times in 20, going by {recordings} of {singers} at about this pitch"]
    if verdict.answer is Answer.NOBODY:
        lines.append(f"it may still be {name} or somebody else here, in a song or mood that is not indexed")
    return lines


def _too_few(verdict: Verdict) -> str:
    """Return what the collection lacks."""
    recordings, singers = counted(verdict.recordings, "recording"), counted(verdict.recorded_singers, "singer")
    if verdict.recordings >= FEWEST and verdict.recorded_singers >= FEWEST_SINGERS:
        return (
            f"most of the {recordings} in the index at about this pitch sound the same as others, so they do not show "
            "what is clear"
        )
    joined = "; joined takes count as one" if verdict.recordings < FEWEST else ""
    return (
        f"it takes {FEWEST} recordings of {FEWEST_SINGERS} singers at about this pitch to tell what is clear, and the "
        f"index has {recordings} of {singers}{joined}"
    )
