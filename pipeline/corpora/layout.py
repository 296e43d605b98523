"""Reading a corpus's layout: each sound file is a take of a singer's song, as its path or a table tells."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.errors import BadInputError
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
        Who sings, and what.
    performance : str
        Takes of one performance are joined, in the order in which they are found.
    style : mapping of str to str
        What else is known; becomes the columns ``style_*``.
    """

    path: str
    singer: str
    song: str
    performance: str
    style: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The takes of a corpus.

    Attributes
    ----------
    takes : list of Take
        The takes of a performance in the order in which they are joined.
    left_out : list of LeftOut
        Files that are not of the layout, and why.
    report : str
        What is passed over on purpose.
    channel : int or None
        The channel that holds the voice alone, from 0; None where the whole file does.
    spread : str
        The kind of style, such as sex, that is spread evenly over the parts of a split; empty for none.
    """

    takes: list[Take]
    left_out: list[LeftOut] = field(default_factory=list)
    report: str = ""
    channel: int | None = None
    spread: str = ""


Find = Callable[[Path], Found]
"""Reads a corpus folder."""


def find_takes(
    raw: Path,
    pattern: re.Pattern[str],
    read: Callable[[str, re.Match[str]], Take | LeftOut | None],
    *,
    layout: str,
    passed_over: str = "recordings of other kinds",
) -> Found:
    """Read every sound file's path, relative to the corpus folder, by the pattern of the layout.

    Parameters
    ----------
    raw : Path
        The corpus folder; the layout may start at any depth.
    pattern : re.Pattern
        Matches the end of the path without its suffix, from the start of a folder's name on.
    read : callable
        Makes a take from the path and the match, or says why the file is left out; None passes over what the
        corpus holds besides singing.
    layout : str
        The layout in words, for messages.
    passed_over : str
        What is passed over, for the report.

    Raises
    ------
    BadInputError
        There is no take.
    """
    takes: list[Take] = []
    left_out: list[LeftOut] = []
    others = 0
    paths = sound_paths(raw)
    for path in paths:
        stem = path.removesuffix(PurePosixPath(path).suffix)
        match = re.search(rf"(?:^|/)(?:{pattern.pattern})$", unicodedata.normalize("NFC", stem))
        take = read(path, match) if match else LeftOut(path, f"the path is not of the layout {layout}")
        if isinstance(take, Take):
            takes.append(take)
        elif take:
            left_out.append(take)
        else:
            others += 1
    if not takes:
        such = f", such as {paths[0]}" if paths else ""
        raise BadInputError(
            f"{raw}: none of {len(paths)} sound files{such} is of the layout {layout}; "
            "bring in the folder as downloaded"
        )
    return Found(takes, left_out, f"{others} {passed_over} are passed over" if others else "")


def sound_paths(raw: Path) -> list[str]:
    """List the sound files below a folder, numbers in names by their size; hidden ones and macOS's shadows are none."""
    paths = [file.relative_to(raw).as_posix() for file in raw.rglob("*") if file.suffix.lower() in SUFFIXES]
    return sorted(filter(_visible, paths), key=_by_number)


def _visible(path: str) -> bool:
    return not any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(path).parts)


def _by_number(path: str) -> tuple[list[tuple[int, str]], str]:
    """Sort take 10 after take 9."""
    parts = re.split(r"(\d+)", path)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], path
