"""Files that appear whole or not at all, whenever the process or the power fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".part"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to; on leaving, the file takes its own name, safely on the disk.

    The content reaches the disk before the name does, and the name before the context ends. When the writing fails,
    what was there before stays.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
