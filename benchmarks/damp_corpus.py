"""A corpus of the size and in the layout of DAMP-balanced, sung by the choir in sounds of any length."""

from pathlib import Path

import pandas as pd

from benchmarks.singing import Samples, write_corpus
from pipeline.corpora.datasets.damp_balanced import TEST, TRAIN_OR_VALIDATION, TRAIN_SONGS

RECORDINGS = 24_874
# Singers of each part: 5429 as in DAMP-balanced, so many of each part that every one of its recordings is in the
# paper's cut, where each singer sings all songs of a part.
SINGERS = {"train": 1579, "validation": 1100, "test": 2750}
SONGS = {
    "train": TRAIN_OR_VALIDATION[:TRAIN_SONGS],
    "validation": TRAIN_OR_VALIDATION[TRAIN_SONGS:],
    "test": TEST,
}
LEAST_SINGERS = 2
TABLE = "performances.csv"


def count_singers(recordings: int) -> dict[str, int]:
    """Return the singers of each part of a corpus with about so many recordings, in DAMP-balanced's proportions."""
    return {part: max(LEAST_SINGERS, round(singers * recordings / RECORDINGS)) for part, singers in SINGERS.items()}


def count_recordings(singers: dict[str, int]) -> dict[str, int]:
    """Return the recordings of each part."""
    return {part: count * len(SONGS[part]) for part, count in singers.items()}


def write_damp(singing: Samples, singers: dict[str, int], seconds: float, raw: Path) -> None:
    """Write recordings and their table into an empty folder; the table comes last.

    Parameters
    ----------
    singing : ndarray
        Longer than a recording; each is a slice of it under a noise of its own.
    singers : dict of str to int
        By part.
    seconds : float
        Length of a recording.
    raw : Path
        The folder of the corpus.
    """
    rows = [
        (f"{part} singer {number}", song)
        for part, count in singers.items()
        for number in range(count)
        for song in SONGS[part]
    ]
    paths = write_corpus(singing, len(rows), seconds, raw)["path"]
    table = pd.DataFrame(rows, columns=["singer", "song"])
    table.insert(0, "path", paths)
    table.to_csv(raw / TABLE, index=False)
