"""What performances are classified by: singer, singer through other songs only, song (paper, section 4)."""

from dataclasses import dataclass

from pipeline.analysis.collection import Collection, Names


@dataclass(frozen=True, eq=False)
class Task:
    """One question put to the neighbours.

    Attributes
    ----------
    name : str
        `singer`, `singer_cross_song` or `song`.
    labels : ndarray of str, shape (n,)
        The class of each performance.
    barred : ndarray of str, shape (n,), or None
        Performances that share this value never meet.
    """

    name: str
    labels: Names
    barred: Names | None = None


def tasks(performances: Collection) -> list[Task]:
    """Put the three questions to a collection of performances."""
    return [
        Task("singer", performances.singer),
        Task("singer_cross_song", performances.singer, barred=performances.song),
        Task("song", performances.song),
    ]
