"""Where a recording may lie: paths written in tables and settings are confined to their folder."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from pipeline.errors import BadInputError


def path_fault(text: str) -> str | None:
    """Say why a path written in a table cannot be used, or None when it is a plain relative path.

    Examples
    --------
    >>> path_fault("singer 1/take.flac")
    >>> path_fault("../take.flac")
    'leads out of the folder by ..; put the file into the folder'
    """
    if "\\" in text:
        return "has a backslash; write / between folders"
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive:
        return "is absolute; write it relative to the folder of the table"
    if ".." in PurePosixPath(text).parts:
        return "leads out of the folder by ..; put the file into the folder"
    if not text.isprintable():
        return "has control characters; rename the file"
    return None


def inside(folder: Path, name: str) -> Path:
    """Give the path of a file that a setting names inside a corpus folder.

    Raises
    ------
    BadInputError
        The name leads out of the folder.
    """
    if fault := path_fault(name):
        raise BadInputError(f"{folder}: the table {name!r} {fault}")
    return folder / name
