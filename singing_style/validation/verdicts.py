"""Whether `singing-style similar` could give a verdict on recordings like those of a corpus, once it is indexed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.runtime.counting import counted
from singing_style.register import same_register
from singing_style.rehearsal import FEWEST, FEWEST_SINGERS
from singing_style.validation.finding import Finding, Severity

Counts = NDArray[np.intp]


def check_verdicts(performances: pd.DataFrame, alone: pd.DataFrame | None = None) -> list[Finding]:
    """Report that answers will be undecided, about every recording or at some pitch, and in the same line what to do.

    Parameters
    ----------
    performances : DataFrame
        Those that the index will hold: singer, pitch and, where known, song
        (`singing_style.validation.performances.foresee_performances`).
    alone : DataFrame, optional
        Where takes are to be joined: those that can be used by themselves.
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
        text = f"at the pitch of {some} `similar` will be undecided: {needs}; record more there"
        return [Finding(Severity.WARNING, "verdicts", text)]
    most = max(zip(counts.tolist(), singers.tolist(), strict=True))
    have = f"{most[0]} of {counted(most[1], 'singer')}"
    text = (
        f"`similar` will be undecided about every recording, and give distances only: {needs}, and there are {have}"
        f"{'' if alone is None else ', takes joined'}; record {_missing(*most, joined=alone is not None)}"
    )
    return [Finding(Severity.WARNING, "verdicts", text + _other_ways(performances, alone))]


def can_be_decided(performances: pd.DataFrame) -> NDArray[np.bool_]:
    """Return at the pitch of which performances a new recording could have a verdict, shape (performances,)."""
    counts, singers = _around(performances)
    decided: NDArray[np.bool_] = (counts >= FEWEST) & (singers >= FEWEST_SINGERS)
    return decided


def _around(performances: pd.DataFrame) -> tuple[Counts, Counts]:
    """Count the performances at about the pitch of each, itself included, and their singers."""
    pitches = performances["pitch"].to_numpy(np.float64)
    codes = pd.factorize(performances["singer"])[0]
    near = [codes[same_register(pitches, pitch)] for pitch in pitches]
    return np.array([len(some) for some in near], np.intp), np.array([len(np.unique(some)) for some in near], np.intp)


def _missing(count: int, singers: int, *, joined: bool) -> str:
    parts = []
    if (lacking := FEWEST - count) > 0:
        minutes = f"about {counted(lacking, 'more minute')} (joined takes make one recording a minute)"
        parts.append(minutes if joined else counted(lacking, "more", "more"))
    if (lacking := FEWEST_SINGERS - singers) > 0:
        parts.append(f"{'' if parts else 'some '}of {counted(lacking, 'more singer')}")
    return " ".join(parts)


def _other_ways(performances: pd.DataFrame, alone: pd.DataFrame | None) -> str:
    if alone is None:
        return ""
    ways = (
        "" if "song" in performances else ", or name the songs (in a table, or --singer-from), which are joined apart"
    )
    if can_be_decided(alone).any():
        ways += f", or index without --join, since {counted(len(alone), 'recording')} can be used by themselves"
    return ways
