"""Whether `singing-style similar` could give a verdict on recordings like those of a corpus, once it is indexed."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.runtime.counting import counted
from singing_style.register import same_register, to_hertz
from singing_style.rehearsal import FEWEST, FEWEST_SINGERS
from singing_style.roster import OF_FEW_SECONDS
from singing_style.validation.finding import Finding, Severity

# Singers to name.
NAMED = 4

Counts = NDArray[np.intp]


def check_verdicts(performances: pd.DataFrame, *, joined: bool = False) -> list[Finding]:
    """Report that answers will be undecided, about every recording or at some pitch, and in the same line what to do.

    Parameters
    ----------
    performances : DataFrame
        Those that the index will hold: singer, pitch and, where known, song
        (`singing_style.validation.performances.foresee_performances`).
    joined : bool, optional
        Whether they are takes joined.
    """
    if performances.empty:
        return []
    counts, singers = _around(performances)
    decided = can_be_decided(performances)
    if decided.all():
        return []
    needs = f"a verdict takes {FEWEST} recordings of {FEWEST_SINGERS} singers at about one pitch"
    if decided.any():
        some = f"{np.count_nonzero(~decided)} of {counted(len(decided), 'performance')}"
        where = _where(performances[~decided])
        text = f"at the pitch of {some}{where} `similar` will be undecided: {needs}; record more at that pitch"
        return [Finding(Severity.WARNING, "verdicts", text)]
    row = max(range(len(counts)), key=lambda row: (counts[row], singers[row]))
    most = int(counts[row]), int(singers[row])
    near = same_register(performances["pitch"].to_numpy(np.float64), performances["pitch"].iloc[row])
    have = f"at most {most[0]} of {counted(most[1], 'singer')}{_where(performances[near])}"
    text = (
        f"`similar` will be undecided about every recording, and give distances only: {needs}, and there are {have}"
        f"{', takes joined' if joined else ''}; record {_missing(*most, joined=joined)}"
    )
    if joined and "song" not in performances:
        text += ", or name the songs (in a table, or --singer-from), which are joined apart"
    return [Finding(Severity.WARNING, "verdicts", text)]


def can_be_decided(performances: pd.DataFrame) -> NDArray[np.bool_]:
    """Return at the pitch of which performances a new recording could have a verdict, shape (performances,)."""
    counts, singers = _around(performances)
    decided: NDArray[np.bool_] = (counts >= FEWEST) & (singers >= FEWEST_SINGERS)
    return decided


def joining_pays(single: pd.DataFrame, together: pd.DataFrame) -> bool:
    """Return whether takes may be joined: not where verdicts are possible with recordings by themselves alone.

    Parameters
    ----------
    single, together : DataFrame
        The performances if each recording is one, and if takes are joined.
    """
    return bool(can_be_decided(together).any()) or not can_be_decided(single).any()


def _where(performances: pd.DataFrame) -> str:
    """Name the pitches and singers of performances, in brackets; empty where no pitch is known.

    Examples
    --------
    >>> _where(pd.DataFrame({"singer": ["Ann", "Cleo"], "pitch": [57.0, 60.0]}))
    ' (220 to 262 Hz: Ann, Cleo)'
    """
    known = performances.dropna(subset="pitch")
    if known.empty:
        return ""
    lowest, highest = (f"{to_hertz(pitch):.0f}" for pitch in (known["pitch"].min(), known["pitch"].max()))
    names = list(dict.fromkeys(known["singer"]))
    others = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    pitches = lowest if lowest == highest else f"{lowest} to {highest}"
    return f" ({pitches} Hz: {', '.join([*names[:NAMED], *others])})"


def _around(performances: pd.DataFrame) -> tuple[Counts, Counts]:
    """Count the performances at about the pitch of each, itself included, and their singers."""
    pitches = performances["pitch"].to_numpy(np.float64)
    codes = pd.factorize(performances["singer"])[0]
    near = [codes[same_register(pitches, pitch)] for pitch in pitches]
    return np.array([len(some) for some in near], np.intp), np.array([len(np.unique(some)) for some in near], np.intp)


def _missing(count: int, singers: int, *, joined: bool) -> str:
    parts = []
    if (lacking := FEWEST - count) > 0:
        minutes = math.ceil(lacking * OF_FEW_SECONDS / 60)
        together = f"about {counted(minutes, 'more minute')} (joined takes make a recording of {OF_FEW_SECONDS:g} s)"
        parts.append(together if joined else counted(lacking, "more", "more"))
    if (lacking := FEWEST_SINGERS - singers) > 0:
        parts.append(f"{'' if parts else 'some '}of {counted(lacking, 'more singer')}")
    return " ".join(parts)
