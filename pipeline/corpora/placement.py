"""Placing recordings in the corpus: found inside their folder, linked rather than copied."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.corpora.names_on_disk import as_on_disk, in_other_case
from pipeline.errors import BadRecordingError
from pipeline.runtime.files import link_or_copy
from pipeline.runtime.recordings import Done, for_each_recording

# Where DVC keeps the contents of files, in any cache; where it cannot link them otherwise, it makes symbolic links.
# Before its version 3, and for what was added then, the folder files/md5 was not there.
DVC_CACHE = re.compile(r"/[0-9a-f]{2}/[0-9a-f]{30}$")


def locate(folder: Path, relative: str) -> Path:
    """Find the file of a checked relative path, following every symbolic link.

    Returns
    -------
    Path
        The file itself, or a link to it that DVC made.

    Raises
    ------
    BadRecordingError
        There is no such file, it is not readable, or a symbolic link leads out of the folder.
    """
    found = follow(folder, relative)
    if leads_out(folder, found):
        raise BadRecordingError(
            f"{relative}: a symbolic link leads out of the corpus folder; put the file itself there"
        )
    return found


def follow(folder: Path, relative: str) -> Path:
    """Do the same wherever symbolic links lead."""
    relative = as_on_disk(folder, relative)
    try:
        found = (folder / relative).resolve(strict=True)
    except (OSError, RuntimeError):
        near = in_other_case(folder, relative)
        remedy = f"; there is {near}, which the table should name" if near else ""
        raise BadRecordingError(f"{relative}: no such file{remedy}") from None
    if not found.is_file():
        raise BadRecordingError(f"{relative}: not a file")
    if not os.access(found, os.R_OK):
        raise BadRecordingError(f"{relative}: no permission to read it")
    return folder / relative if DVC_CACHE.search(found.as_posix()) else found


def leads_out(folder: Path, found: Path) -> bool:
    """Return whether a file that `follow` found is outside the folder, by a link that DVC did not make."""
    return not found.is_relative_to(folder.resolve()) and not DVC_CACHE.search(found.resolve().as_posix())


def place(source: Path, recording: str, corpus: Path) -> str:
    """Add a file to the corpus as ``audio/<recording>.<ext>``: a hard link where possible, else a copy.

    Returns
    -------
    str
        The new path, relative to the corpus folder.
    """
    suffix = source.suffix.lower()
    name = recording + (suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else "")
    target = corpus / "audio" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(source.resolve(), target)
    return f"audio/{name}"


def locate_all(table: pd.DataFrame, folder: Path, max_bad_share: float) -> Done[Path]:
    """Find the files of a table's recordings; recordings without one are reported and left out.

    Parameters
    ----------
    table : DataFrame
        Columns recording and path (relative to the folder, checked by `path_fault`).
    folder : Path
        The corpus folder.
    max_bad_share : float
        Share of recordings that may lack their file, 0 to 1.

    Raises
    ------
    BadInputError
        More files are missing.
    """
    calls = [(folder.absolute(), path) for path in table["path"]]
    return for_each_recording(
        locate, list(table["recording"]), calls, label="finding files", max_bad_share=max_bad_share
    )


def place_all(table: pd.DataFrame, files: Mapping[str, Path], corpus: Path) -> pd.DataFrame:
    """Add the files of a table's recordings to the corpus folder, and return the table with their new paths."""
    return table.assign(path=[place(files[name], name, corpus) for name in table["recording"]])
