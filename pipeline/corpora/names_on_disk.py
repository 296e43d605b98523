"""The names that a file system has for files whose names were typed, or written in a table."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath


def as_on_disk(folder: Path, relative: str) -> str:
    """Return a relative path with the names that the file system has for it.

    A table may write an accented letter as one character and the file system as two (NFC and NFD of Unicode), as Macs
    do; and blanks around a cell are not read. Where nothing has the name as it is written, one that is equal in NFC and
    without blanks around it is taken; else it is returned as it is.
    """
    return _find(folder, relative, lambda name: unicodedata.normalize("NFC", name).strip())


def in_other_case(folder: Path, relative: str) -> str | None:
    """Return the path of a file whose names differ in case from those of a path that is not there; else None."""
    found = _find(folder, relative, lambda name: unicodedata.normalize("NFC", name).strip().casefold())
    return found if found != relative else None


def _find(folder: Path, relative: str, alike: Callable[[str], str]) -> str:
    if os.path.lexists(folder / relative):
        return relative
    found = PurePosixPath()
    for part in PurePosixPath(relative).parts:
        if not os.path.lexists(folder / found / part):
            wanted = alike(part)
            try:
                names = sorted(entry.name for entry in (folder / found).iterdir())
            except OSError:
                return relative
            part = next((name for name in names if alike(name) == wanted), part)
        found /= part
    return str(found) if os.path.lexists(folder / found) else relative
