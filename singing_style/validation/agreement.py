"""Recordings that do not agree with the others of their singer, heard as `singing-style index` hears them."""

from dataclasses import replace

import pandas as pd

from pipeline.errors import BadInputError
from singing_style.disagreement import FEWEST_OTHERS, explain_disagreements, find_disagreements, find_two_names
from singing_style.indexing import index_voices
from singing_style.model import StyleModel
from singing_style.roster import Roster
from singing_style.validation.finding import Finding, Severity

# More recordings that disagree are counted.
MOST_LINES = 5


def check_agreement(
    roster: Roster, table: pd.DataFrame, model: StyleModel, *, join: bool, progress: bool = False
) -> list[Finding]:
    """Name the recordings that do not agree with the others of their singer: what it means, and each, the surest first.

    Parameters
    ----------
    roster : Roster
    table : DataFrame
        The rows of its table that can be used.
    model : StyleModel
        Embeds them.
    join : bool
        Whether to hear the recordings of one singer and one song together, since most are too short alone.
    progress : bool, optional
        Show a progress bar on standard error.
    """
    if table["singer"].nunique() < 2 or table["singer"].value_counts().max() <= FEWEST_OTHERS:
        return []
    try:
        index = index_voices(model, replace(roster, table=table), join=join, progress=progress).index
    except BadInputError:
        # joined or not, none holds enough singing, which other findings tell
        return []
    twice = {voice.path for pair in find_two_names(index) for voice in pair}  # which the duplicates tell
    disagreeing = [one for one in find_disagreements(index) if one.voice.path not in twice]
    names = dict(zip(table["path"], table["recording"], strict=True))
    if not disagreeing:
        return []
    findings = [Finding(Severity.WARNING, "agreement", explain_disagreements(len(disagreeing)))]
    findings += [
        # takes that were joined are named by the text alone
        Finding(Severity.WARNING, "agreement", str(one), tuple(filter(None, [names.get(one.voice.path)])))
        for one in disagreeing[:MOST_LINES]
    ]
    if more := disagreeing[MOST_LINES:]:
        text = f"{len(more)} more; `index --json` names all"
        others = tuple(names[one.voice.path] for one in more if one.voice.path in names)
        findings.append(Finding(Severity.WARNING, "agreement", text, others))
    return findings
