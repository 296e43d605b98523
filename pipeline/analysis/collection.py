"""Vectors of clips or of performances, each with its singer and song."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile, is_zipfile

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted

Names: TypeAlias = NDArray[np.str_]

# The exceptions that reading a damaged npz file may raise
DAMAGED = (BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError)
FIELDS = ("vectors", "recording", "singer", "song", "start")


@dataclass(frozen=True, eq=False)
class Collection:
    """One vector per row, of a clip or of a whole performance.

    Attributes
    ----------
    vectors : ndarray of float32, shape (n, d)
        All finite.
    recording, singer, song : ndarray of str, shape (n,)
        The recording that a row comes from, its singer and its song.
    start : ndarray of int32, shape (n,)
        First frame of the clip; 0 for a performance.

    Raises
    ------
    BadInputError
        The fields differ in length, a vector is not finite, or the vectors are not a table.
    """

    vectors: NDArray[np.float32]
    recording: Names
    singer: Names
    song: Names
    start: NDArray[np.int32]

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is reported below
            object.__setattr__(self, "vectors", np.asarray(self.vectors).astype(np.float32))
        for name in ("recording", "singer", "song"):
            object.__setattr__(self, name, np.asarray(getattr(self, name)).astype(np.str_))
        object.__setattr__(self, "start", np.asarray(self.start).astype(np.int32))
        self._validate()

    def _validate(self) -> None:
        if self.vectors.ndim != 2:
            raise BadInputError(f"vectors must be a table (rows, values), not of shape {self.vectors.shape}")
        rows = len(self.vectors)
        for name in FIELDS[1:]:
            shape = getattr(self, name).shape
            if shape != (rows,):
                raise BadInputError(f"{name} has shape {shape}, for {counted(rows, 'vector')}")
        bad = np.flatnonzero(~np.isfinite(self.vectors).all(axis=1))
        if len(bad):
            first = f"recording {self.recording[bad[0]]}, frame {self.start[bad[0]]}"
            raise BadInputError(f"not finite: {len(bad)} of {counted(rows, 'vector')}, the first at {first}")

    def __len__(self) -> int:
        return len(self.vectors)

    def __getitem__(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Collection":
        """Return the rows that an index array or a mask selects, in that order."""
        return Collection(*(getattr(self, name)[rows] for name in FIELDS))

    def performances(self) -> "Collection":
        """Average the clips of each recording (paper, section 4).

        Returns
        -------
        Collection
            One row per recording, sorted by recording, start 0; means are computed in float64.

        Raises
        ------
        BadInputError
            A recording has two singers or two songs.
        """
        recording, first, row, clips = np.unique(
            self.recording, return_index=True, return_inverse=True, return_counts=True
        )
        for name in ("singer", "song"):
            values = getattr(self, name)
            mixed = np.flatnonzero(values != values[first][row])
            if len(mixed):
                raise BadInputError(f"recording {self.recording[mixed[0]]} has more than one {name}")
        means = np.empty((len(recording), self.vectors.shape[1]))
        for column, values in enumerate(self.vectors.T):
            means[:, column] = np.bincount(row, weights=values, minlength=len(recording)) / clips
        start = np.zeros(len(recording), np.int32)
        return Collection(means.astype(np.float32), recording, self.singer[first], self.song[first], start)

    def check_same_rows(self, other: "Collection", here: str, there: str) -> None:
        """Check that two collections hold, row by row, the same clips or performances.

        Parameters
        ----------
        other : Collection
            The collection to compare with.
        here, there : str
            The sources of this one and of the other, for the message.

        Raises
        ------
        BadInputError
            They differ; the message names the recordings that only one of them holds, or the first row that differs.
        """
        ours, theirs = set(self.recording.tolist()), set(other.recording.tolist())
        if ours != theirs:
            odd = sorted(ours ^ theirs)
            named = ", ".join(odd[:3]) + (f" and {len(odd) - 3} more" if len(odd) > 3 else "")
            raise BadInputError(f"{here} and {there} hold different recordings ({named}): run `dvc repro`")
        if len(self) != len(other):
            raise BadInputError(f"{here} holds {counted(len(self), 'row')}, {there} {len(other)}: run `dvc repro`")
        for name in FIELDS[1:]:
            differ = np.flatnonzero(getattr(self, name) != getattr(other, name))
            if len(differ):
                where = f"row {differ[0] + 1} ({self.recording[differ[0]]})"
                raise BadInputError(f"{here} and {there} differ in {name} at {where}: run `dvc repro`")

    def save(self, path: Path) -> None:
        """Write the fields as one npz file, byte-identical for the same content."""
        with path.open("wb") as file:
            np.savez(file, **{name: getattr(self, name) for name in FIELDS})

    @classmethod
    def load(cls, path: Path) -> "Collection":
        """Read what `save` wrote.

        Raises
        ------
        BadInputError
            The file is missing, is not an npz file, lacks a field, or holds what `Collection` rejects.
        """
        try:
            return cls(**_read_fields(path))
        except FileNotFoundError:
            raise BadInputError(f"{path}: no such file; run `dvc repro`") from None
        except (BadInputError, *DAMAGED) as fault:
            raise BadInputError(f"{path}: {' '.join(str(fault).split())}; run `dvc repro`") from None


def _read_fields(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        if not is_zipfile(file):
            raise BadInputError("not an npz file")
        content = np.load(file, allow_pickle=False)
        missing = [name for name in FIELDS if name not in content]
        if missing:
            raise BadInputError(f"lacks {', '.join(missing)}")
        return {name: content[name] for name in FIELDS}
