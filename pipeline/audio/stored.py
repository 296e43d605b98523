"""A resampled recording, read from its file as it is sliced, so that hours of singing fit in memory."""

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.audio.decode import UNKNOWN_FRAMES, check_file
from pipeline.errors import BadRecordingError


def read_stored(path: Path) -> tuple[NDArray[np.float32], int]:
    """Read all samples of a recording, shape (samples,), and its sampling rate in Hz; see `StoredRecording`."""
    with StoredRecording(path) as recording:
        return recording[0 : len(recording)], recording.rate


class StoredRecording:
    """One channel of samples in a file that libsndfile can seek in, such as those of the stage resample.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    rate : int
        Sampling rate in Hz.

    Raises
    ------
    BadRecordingError
        The file is missing, unreadable or damaged, or has several channels; when it is opened or when it is sliced.
    """

    def __init__(self, path: Path) -> None:
        check_file(path)
        try:
            self._file = soundfile.SoundFile(path)
        except soundfile.LibsndfileError:
            raise BadRecordingError("not audio, or its header is damaged") from None
        self.rate: int = self._file.samplerate
        fault = self._fault()
        if fault:
            self._file.close()
            raise BadRecordingError(fault)

    def _fault(self) -> str | None:
        if self._file.channels != 1:
            return f"{self._file.channels} channels where one is expected"
        if self._file.frames >= UNKNOWN_FRAMES:
            return "truncated: its header was never finished"
        return None

    def __len__(self) -> int:
        """Count the samples."""
        return int(self._file.frames)

    def __getitem__(self, where: slice) -> NDArray[np.float32]:
        """Read the samples from a start to a stop that lie within the recording."""
        wanted = where.stop - where.start
        try:
            self._file.seek(where.start)
            samples: NDArray[np.float32] = self._file.read(wanted, dtype="float32")
        except soundfile.LibsndfileError:
            raise BadRecordingError("damaged or truncated: libsndfile cannot decode it to the end") from None
        if len(samples) < wanted:
            raise BadRecordingError(f"truncated: {wanted - len(samples)} samples are missing")
        return samples

    def __enter__(self) -> Self:
        """Return the recording, opened."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()
