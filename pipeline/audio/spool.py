"""Samples laid down once and read again: in memory while they are few, else in a nameless file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

# Bytes kept in memory: 13 minutes at 22 050 Hz.
MEMORY = 2**26
# Samples read at a time.
BLOCK = 2**18


@contextmanager
def naming_folder(folder: Path) -> Iterator[None]:
    """Have a fault in writing to a nameless file name the folder that it is in."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(folder)) from None


class Spool:
    """Samples of one channel.

    Parameters
    ----------
    folder : Path
        Where the file is made that holds what does not fit in memory; it vanishes with the process.
    share : int, optional
        How many spools share the memory.

    Attributes
    ----------
    peak : float
        Greatest magnitude laid down so far.
    """

    def __init__(self, folder: Path, share: int = 1) -> None:
        self._file = SpooledTemporaryFile(max_size=MEMORY // share, dir=str(folder))  # noqa: SIM115 - closed on exit
        self._folder = folder
        self._samples = 0
        self.peak = 0.0

    def __len__(self) -> int:
        """Count the samples laid down so far."""
        return self._samples

    def append(self, samples: NDArray[np.float32]) -> None:
        """Lay down further samples, shape (samples,)."""
        if len(samples):
            with naming_folder(self._folder):
                self._file.write(np.ascontiguousarray(samples, np.float32).tobytes())
            self._samples += len(samples)
            self.peak = max(self.peak, float(np.abs(samples).max()))

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield all samples from the first on, as often as called."""
        self._file.seek(0)
        while content := self._file.read(4 * BLOCK):
            yield np.frombuffer(content, np.float32)

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the samples."""
        self._file.close()
