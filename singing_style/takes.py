"""Takes of one performance: files too short to be judged alone, heard one after the other as one recording.

They are separated by a short gap, as are the takes that corpora join (`pipeline.corpora.joining`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.promises import MAX_SECONDS
from pipeline.audio.resample import to_mono
from pipeline.corpora.joining import GAP_SECONDS
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.counting import counted
from pipeline.runtime.files import content_hash
from singing_style.clipping import note_clipping
from singing_style.opening import open_recording
from singing_style.sounds import as_found, find_sounds

Samples = NDArray[np.float32]
# Folders to name in a message.
NAMED = 3


@dataclass(frozen=True)
class Takes:
    """Files that are heard as one performance.

    Attributes
    ----------
    files : tuple of Path
        In the order in which they are heard; at least one.

    Examples
    --------
    >>> str(Takes((Path("ann/1.wav"), Path("ann/2.wav"), Path("ann/3.wav"))))
    'ann/1.wav and 2 more takes'
    """

    files: tuple[Path, ...]

    def __post_init__(self) -> None:
        """Reject an empty list of takes."""
        if not self.files:
            raise BadInputError("takes: none given; a performance needs at least one file")

    def __str__(self) -> str:
        """Return the first take's path, and the number of further ones."""
        return label([str(file) for file in self.files])

    @property
    def name(self) -> str:
        """Their folder, the names of the first and of the last, and how many there are, for people to read.

        Examples
        --------
        >>> Takes((Path("choir/ann/1.wav"), Path("choir/ann/2.wav"), Path("choir/ann/3.wav"))).name
        'ann: 1.wav to 3.wav (3 takes)'
        >>> Takes((Path("ann/1.wav"), Path("ben/1.wav"))).name
        'ann/1.wav to ben/1.wav (2 takes)'
        """
        first, last = self.files[0], self.files[-1]
        if len(self.files) == 1:
            return first.name
        if len({file.parent for file in self.files}) == 1:
            folder = "" if first.parent.name in ("", "..") else f"{first.parent.name}: "
            return f"{folder}{first.name} to {last.name} ({counted(len(self.files), 'take')})"
        one, other = (Path(*file.parts[-2:]).as_posix() for file in (first, last))
        return f"{one} to {other} ({counted(len(self.files), 'take')})"

    def absolute(self) -> "Takes":
        """Make the paths absolute, so that a process in another folder finds them."""
        return Takes(tuple(file.absolute() for file in self.files))


def label(names: Sequence[str]) -> str:
    """Name takes by the first one and the number of further ones."""
    if len(names) == 1:
        return names[0]
    return f"{names[0]} and {counted(len(names) - 1, 'more take')}"


def short_name(sound: Path | Takes) -> str:
    """Name a performance for a table: takes of one folder by it and their number, all else as `str` does.

    Examples
    --------
    >>> short_name(Takes((Path("people/ann/1.wav"), Path("people/ann/2.wav"))))
    'people/ann (2 takes)'
    """
    folders = {file.parent for file in files_of(sound)}
    if isinstance(sound, Path) or len(folders) > 1:
        return str(sound)
    return f"{folders.pop()} ({counted(len(sound.files), 'take')})"


def one_performance(places: Sequence[Path]) -> Path | Takes:
    """Interpret files and folders as one performance: a file, or takes in the order of the places, copies once.

    Raises
    ------
    BadInputError
        A folder holds no sound file, or several folders of them, which may be those of several singers; or one of
        several places does not exist.
    """
    places = [*map(as_found, places)]
    if len(places) == 1 and not places[0].is_dir():
        return places[0]
    for place in filter(Path.is_dir, places):
        _check_one_folder(place)
    return as_one(_distinct(find_sounds(places)))


def each_performance(places: Sequence[Path], *, join: bool = False) -> list[Path | Takes]:
    """List the performances among files and folders: each sound file or, if joined, the files of each folder.

    Parameters
    ----------
    places : sequence of Path
    join : bool, optional
        Treat the files that lie in one folder as takes of one performance, in the order of their names, copies once.

    Raises
    ------
    BadInputError
        See `singing_style.sounds.find_sounds`.
    """
    files = find_sounds(places)
    if not join:
        return list(files)
    folders: dict[Path, list[Path]] = {}
    for file in files:
        folders.setdefault(file.parent, []).append(file)
    return [as_one(_distinct(takes)) for takes in folders.values()]


def _distinct(files: Sequence[Path]) -> list[Path]:
    """Leave out copies of files before them: heard twice, the same singing would count as more of it."""
    first: dict[str, Path] = {}
    for file in files:
        first.setdefault(_content(file), file)
    return list(first.values())


def _content(file: Path) -> str:
    """Return what a file holds, in short; its path where it cannot be read, which is told when it is heard."""
    try:
        return content_hash(file) if file.is_file() else str(file)
    except OSError:
        return str(file)


def _check_one_folder(place: Path) -> None:
    """Reject a folder whose sound files lie in several folders: they are hardly takes of one performance."""
    holding = sorted({file.parent.relative_to(place).as_posix() for file in find_sounds([place])})
    if len(holding) > 1:
        some = ", ".join(["itself" if name == "." else name for name in holding[:NAMED]])
        more = ", ..." if len(holding) > NAMED else ""
        raise BadInputError(
            f"{place}: holds recordings in {len(holding)} folders ({some}{more}), so it is not one performance; pass "
            "one of these, or ask about each recording (with --join: about each folder): `similar FOLDER --each` or "
            "`compare FOLDER`"
        )


def as_one(files: Sequence[Path]) -> Path | Takes:
    """Interpret several files as takes of one performance; a single one is a recording."""
    return files[0] if len(files) == 1 else Takes(tuple(files))


def files_of(sound: Path | Takes) -> tuple[Path, ...]:
    """List the files of a performance."""
    return sound.files if isinstance(sound, Takes) else (sound,)


def hash_takes(sound: Path | Takes) -> tuple[str, ...]:
    """Hash each file of a performance, to identify it in an index."""
    return tuple(content_hash(file) for file in files_of(sound))


def open_takes(takes: Takes, folder: Path, remarks: list[str] | None = None) -> tuple[int, Iterator[Samples]]:
    """Open takes as one recording of one channel, decoded one after the other.

    Parameters
    ----------
    takes : Takes
    folder : Path
        Folder for what does not fit in memory; see `pipeline.audio.spool.Spool`.
    remarks : list of str, optional
        Gets what is odd about a take, once the blocks have been read.

    Returns
    -------
    rate : int
        Their sampling rate in Hz.
    blocks : iterator of ndarray of float32, shape (samples,)
        Each take without its constant offset, with `GAP_SECONDS` of silence between two.

    Raises
    ------
    BadRecordingError
        A take cannot be used, or differs in sampling rate from the first (the message names it); or the takes are too
        long in total. Some of this surfaces only after the last block.
    """
    told: list[str] = [] if remarks is None else remarks
    opened = ((file, *_open_mono(file, folder, told)) for file in takes.files)
    _, rate, first = next(opened)
    return rate, _limited(chain(first, _spaced(opened, rate)), rate)


def measure_take(file: Path, folder: Path) -> float:
    """Decode a take to its end, and return its duration in seconds.

    Raises
    ------
    BadRecordingError
        It cannot be used.
    """
    rate, blocks = open_recording(file)
    return sum(map(len, to_mono(blocks, folder))) / rate


def find_take(takes: Takes, lengths: Sequence[float], seconds: float) -> tuple[Path, float]:
    """Find which take sounds at a moment, and where in it.

    Parameters
    ----------
    takes : Takes
    lengths : sequence of float
        Seconds that each take lasts, from `measure_take`; that of the last does not matter.
    seconds : float
        Since the first began, the takes heard one after the other.

    Returns
    -------
    file : Path
    at : float
        Seconds since it began. A moment in the gap behind a take is its end.
    """
    for file, lasts in zip(takes.files[:-1], lengths, strict=False):
        if seconds < lasts + GAP_SECONDS:
            return file, min(seconds, lasts)
        seconds -= lasts + GAP_SECONDS
    return takes.files[-1], seconds


def _spaced(opened: Iterator[tuple[Path, int, Iterator[Samples]]], rate: int) -> Iterator[Samples]:
    for file, its_rate, blocks in opened:
        if its_rate != rate:
            raise BadRecordingError(
                f"its takes differ in sampling rate: {rate} Hz, but {file.name} {its_rate} Hz; resample to one rate"
            )
        yield np.zeros(round(GAP_SECONDS * rate), np.float32)
        yield from blocks


def _limited(blocks: Iterator[Samples], rate: int) -> Iterator[Samples]:
    """Reject more than one recording may hold, so that a whole collection passed as one performance fails early."""
    samples = 0
    for block in blocks:
        samples += len(block)
        if samples > MAX_SECONDS * rate:
            raise BadRecordingError(f"over {MAX_SECONDS / 3600:g} h in total, too long for one performance; pass fewer")
        yield block


def _open_mono(file: Path, folder: Path, remarks: list[str]) -> tuple[int, Iterator[Samples]]:
    with _naming(file):
        rate, blocks = open_recording(file)
    return rate, _remarking(file, blocks, folder, remarks)


def _remarking(file: Path, blocks: Iterator[Samples], folder: Path, remarks: list[str]) -> Iterator[Samples]:
    its: list[str] = []
    yield from _named(file, to_mono(note_clipping(blocks, its), folder, its))
    remarks += [f"{file.name}: {remark}" for remark in its]


def _named(file: Path, blocks: Iterator[Samples]) -> Iterator[Samples]:
    with _naming(file):
        yield from blocks


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Prefix an error with the take's name."""
    try:
        yield
    except BadRecordingError as fault:
        raise BadRecordingError(f"{file.name}: {fault}") from None
