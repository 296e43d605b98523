"""What a check found, and whether the pipeline can run on it."""

from dataclasses import dataclass
from enum import StrEnum

NAMED = 3


class Severity(StrEnum):
    """How much a finding matters."""

    STOP = "stop"
    """The pipeline would stop here."""
    WARNING = "warning"
    """The pipeline would run, and the result would suffer."""
    NOTE = "note"
    """A fact to know."""


@dataclass(frozen=True)
class Finding:
    """One thing found.

    Attributes
    ----------
    severity : Severity
    subject : str
        What it is about, in a word.
    text : str
        One line: what was found and, where something is wrong, the remedy.
    recordings : tuple of str
        All that it concerns; the text names the first.
    """

    severity: Severity
    subject: str
    text: str
    recordings: tuple[str, ...] = ()


def some(names: list[str]) -> str:
    """Name the first three, and count the rest.

    Examples
    --------
    >>> some(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
