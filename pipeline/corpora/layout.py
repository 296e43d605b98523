"""The layout of a corpus: each sound file is a take of a singer's song, identified by its path or a table."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import LeftOut

SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".m4a"})


@dataclass(frozen=True)
class Take:
    """One sound file of a corpus.

    Attributes
    ----------
    path : str
        The file, relative to the corpus folder.
    singer, song : str
        The singer and the song.
    performance : str
        The performance that the take belongs to; its takes are joined in the order in which they are found.
    style : mapping of str to str
        Further attributes, which become the columns ``style_*``.
    """

    path: str
    singer: str
    song: str
    performance: str
    style: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FoundTakes:
    """The takes of a corpus.

    Attributes
    ----------
    takes : list of Take
        The takes of a performance in the order in which they are joined.
    left_out : list of LeftOut
        Files that do not fit the layout, and why.
    report : str
        What is skipped on purpose.
    channel : int or None
        The channel that holds the voice alone, from 0; None if all channels hold it.
    spread : str
        The style attribute, such as sex, that a split spreads evenly over its parts; empty for none.
    """

    takes: list[Take]
    left_out: list[LeftOut] = field(default_factory=list)
    report: str = ""
    channel: int | None = None
    spread: str = ""


# Reads the takes of a corpus folder
Find = Callable[[Path], FoundTakes]


def find_takes(
    raw: Path,
    pattern: re.Pattern[str],
    read: Callable[[str, re.Match[str]], Take | LeftOut | None],
    *,
    layout: str,
    skipped: str = "recordings of other kinds",
) -> FoundTakes:
    """Find the takes of a corpus by matching the path of every sound file against the pattern of its layout.

    Parameters
    ----------
    raw : Path
        The corpus folder; the layout may begin at any depth.
    pattern : re.Pattern
        Matches the end of the path without its suffix, from the start of a folder's name.
    read : callable
        Returns a take from the path and the match, or why the file is left out, or None to skip what the corpus holds
        besides singing.
    layout : str
        The layout in words, for messages.
    skipped : str
        What is skipped, for the report.

    Raises
    ------
    BadInputError
        No file fits the layout.
    """
    takes: list[Take] = []
    left_out: list[LeftOut] = []
    others = 0
    paths = sound_paths(raw)
    for path in paths:
        stem = path.removesuffix(PurePosixPath(path).suffix)
        match = re.search(rf"(?:^|/)(?:{pattern.pattern})$", unicodedata.normalize("NFC", stem))
        take = read(path, match) if match else LeftOut(path, f"the path does not fit the layout {layout}")
        if isinstance(take, Take):
            takes.append(take)
        elif take:
            left_out.append(take)
        else:
            others += 1
    if not takes:
        first = f" (the first is {paths[0]})" if paths else ""
        raise BadInputError(
            f"{raw}: none of {counted(len(paths), 'sound file')} fits the layout {layout}{first}; use the folder as "
            "downloaded"
        )
    return FoundTakes(takes, left_out, f"{skipped} skipped: {others}" if others else "")


def sound_paths(raw: Path) -> list[str]:
    """List the sound files below a folder, numbers in names sorted by value; skip hidden files and macOS metadata."""
    paths = [file.relative_to(raw).as_posix() for file in raw.rglob("*") if file.suffix.lower() in SUFFIXES]
    return sorted(filter(_visible, paths), key=_by_number)


def _visible(path: str) -> bool:
    return not any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(path).parts)


def _by_number(path: str) -> tuple[list[tuple[int, str]], str]:
    """Sort take 10 after take 9."""
    parts = re.split(r"(\d+)", path)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], path
