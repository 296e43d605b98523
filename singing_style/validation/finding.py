"""What a check found, and whether the pipeline can run nevertheless."""

from dataclasses import dataclass
from enum import StrEnum

NAMED = 3


class Severity(StrEnum):
    """How severe a finding is."""

    # The pipeline would stop here.
    STOP = "stop"
    # The pipeline would run, and the result would suffer.
    WARNING = "warning"
    # A fact to know.
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One result of a check.

    Attributes
    ----------
    severity : Severity
    subject : str
        Its topic, in one word.
    text : str
        One line: the result and, where something is wrong, the remedy.
    recordings : tuple of str
        Paths of all recordings concerned; the text names the first few.
    training : bool
        Whether it concerns only those who train a model.
    """

    severity: Severity
    subject: str
    text: str
    recordings: tuple[str, ...] = ()
    training: bool = False


def name_some(names: list[str]) -> str:
    """List the first three, and count the rest.

    Examples
    --------
    >>> name_some(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
