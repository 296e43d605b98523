"""The recordings among files and folders: a folder stands for every sound file in it, however deep."""

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import BadInputError

# How sound files are named. Decoding goes by content; this only keeps lyrics and pictures in a folder out.
SUFFIXES = frozenset(
    {
        ".3gp",
        ".aac",
        ".aif",
        ".aifc",
        ".aiff",
        ".amr",
        ".ape",
        ".au",
        ".caf",
        ".flac",
        ".m4a",
        ".m4b",
        ".mka",
        ".mov",
        ".mp2",
        ".mp3",
        ".mp4",
        ".oga",
        ".ogg",
        ".opus",
        ".snd",
        ".spx",
        ".tta",
        ".w64",
        ".wav",
        ".wave",
        ".webm",
        ".wma",
        ".wv",
    }
)


def find_sounds(places: Iterable[Path]) -> list[Path]:
    """List the sound files that files and folders stand for.

    Parameters
    ----------
    places : iterable of Path
        A file counts whatever its name. In a folder and its subfolders, files named as sound files count; names that
        begin with a dot are skipped, and links to folders are not followed.

    Returns
    -------
    list of Path
        Each once, in the order of the places; those of a folder sorted by name.

    Raises
    ------
    BadInputError
        A place does not exist, or a folder holds no sound file.
    """
    found: dict[Path, None] = {}
    for place in places:
        found.update(dict.fromkeys(_in_folder(place) if place.is_dir() else [_file(place)]))
    return list(found)


def _file(place: Path) -> Path:
    if not os.path.lexists(place):
        raise BadInputError(f"{place}: no such file or folder; check the path")
    return place


def _in_folder(folder: Path) -> list[Path]:
    found = []
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = [name for name in files if not name.startswith(".")]
        found += [Path(here, name) for name in names if Path(name).suffix.lower() in SUFFIXES]
    if not found:
        raise BadInputError(f"{folder}: contains no sound files; name another folder, or the files themselves")
    return sorted(found)
