"""The frames of all recordings of one part of the corpus: in memory where they fit, else mapped from their files."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FrameTable = NDArray[np.float16]


@dataclass(frozen=True, eq=False)
class FrameTables:
    """Frames in several tables, one per shard, numbered from the first to the last; no clip spans two tables.

    Attributes
    ----------
    tables : sequence of ndarray of float16, shape (frames, bins)
        At least one, each in memory or mapped from a file.
    """

    tables: Sequence[FrameTable]

    def __len__(self) -> int:
        return sum(map(len, self.tables))

    @property
    def bins(self) -> int:
        """Frequency bins of a frame."""
        return int(self.tables[0].shape[1])

    @property
    def bytes(self) -> int:
        """Memory that all frames would take, in bytes."""
        return sum(table.nbytes for table in self.tables)

    @property
    def mapped(self) -> bool:
        """Whether frames stay in their files until they are used."""
        return any(isinstance(table, np.memmap) for table in self.tables)

    def gather(self, first: NDArray[np.int64], length: int, out: FrameTable) -> None:
        """Copy stretches of frames.

        Parameters
        ----------
        first : ndarray of int64, shape (n,)
            First frame of each stretch.
        length : int
            Frames of a stretch.
        out : ndarray of float16, shape (n, length, bins)
            Receives the stretches.
        """
        starts = np.cumsum([0, *map(len, self.tables)])
        holders = np.searchsorted(starts, first, side="right") - 1
        for number, (holder, frame) in enumerate(zip(holders, first - starts[holders], strict=True)):
            out[number] = self.tables[holder][frame : frame + length]
