"""Who sings in which file: told by a manifest, by a folder for each singer, or by a pattern over the paths."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.corpora.names import name_recordings
from pipeline.corpora.schema import COLUMNS, raise_faults, row_faults
from pipeline.corpora.table import ROW, read_table
from pipeline.errors import BadInputError
from singing_style.sounds import find_sounds

MANIFEST = "manifest.csv"


@dataclass(frozen=True)
class Roster:
    """Recordings and their singers.

    Attributes
    ----------
    source : Path
        The manifest or the folder that told.
    folder : Path
        What the paths are relative to.
    table : DataFrame
        One row a recording: recording (a name), path, singer; song and split where they are known.
    faults : list of str
        What is wrong with single rows, in words.
    """

    source: Path
    folder: Path
    table: pd.DataFrame
    faults: list[str] = field(default_factory=list)

    def checked(self) -> "Roster":
        """Return the roster, or raise one `BadInputError` that lists its faults."""
        raise_faults(self.faults, str(self.source))
        return self


def read_roster(source: Path, singer_from: str | None = None) -> Roster:
    r"""Find out who sings in which file.

    Parameters
    ----------
    source : Path
        A table with the columns path and singer, and song and split where they are known; or a folder with such a
        ``manifest.csv``; or a folder with a folder for each singer.
    singer_from : str, optional
        A regular expression with a group ``singer``, and one ``song`` if wanted, that is looked for in each path below
        the folder, such as ``(?P<singer>\w+)_(?P<song>\w+)\.wav``. The folder's manifest is not read then.

    Raises
    ------
    BadInputError
        The table cannot be read or is empty, the folder has no sound files, the expression is faulty, or a file has no
        singer.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("Ann/hymn.wav", "Ben/hymn.wav"):
    ...         Path(folder, name).parent.mkdir()
    ...         Path(folder, name).touch()
    ...     roster = read_roster(Path(folder))
    >>> list(roster.table["singer"])
    ['Ann', 'Ben']
    """
    if singer_from is None and source.is_file():
        return _from_manifest(source)
    if singer_from is None and (source / MANIFEST).is_file():
        return _from_manifest(source / MANIFEST)
    if not source.is_dir():
        raise BadInputError(f"{source}: no such folder or table; check the path")
    return _from_paths(source, singer_from)


def _from_manifest(source: Path) -> Roster:
    table = read_table(source, ("path", "singer"))
    if table.empty:
        raise BadInputError(f"{source}: the table has no rows; write one a recording")
    if "recording" not in table.columns:
        table["recording"] = name_recordings(list(table["path"]))
    kept = [name for name in COLUMNS if name in table.columns]
    return Roster(source, source.parent, table[kept], row_faults(table))


def _from_paths(folder: Path, singer_from: str | None) -> Roster:
    paths = [file.relative_to(folder).as_posix() for file in find_sounds([folder])]
    told = [_by_folder(path) for path in paths] if singer_from is None else _by_pattern(paths, singer_from)
    nameless = [path for path, named in zip(paths, told, strict=True) if not named.get("singer")]
    if nameless:
        remedy = (
            f"no singer for {len(nameless)} of {len(paths)} files, such as {nameless[0]!r}; correct the expression"
            if singer_from
            else f"{nameless[0]!r} lies in no singer's folder; make a folder for each singer, write {MANIFEST} "
            "(path,singer,song), or say how paths name the singer (--singer-from)"
        )
        raise BadInputError(f"{folder}: {remedy}")
    table = pd.DataFrame(told, index=pd.RangeIndex(2, len(paths) + 2, name=ROW)).assign(path=paths)
    table.insert(0, "recording", name_recordings(paths))
    return Roster(folder, folder, table, row_faults(table))


def _by_folder(path: str) -> dict[str, str]:
    singer, _, rest = path.partition("/")
    return {"singer": singer} if rest else {}


def _by_pattern(paths: list[str], singer_from: str) -> list[dict[str, str]]:
    try:
        pattern = re.compile(singer_from)
    except re.error as fault:
        raise BadInputError(f"--singer-from {singer_from!r}: no regular expression: {fault}") from None
    if "singer" not in pattern.groupindex:
        raise BadInputError(f"--singer-from {singer_from!r}: has no group (?P<singer>...); add one")
    wanted = [name for name in ("singer", "song") if name in pattern.groupindex]
    matches = [pattern.search(path) for path in paths]
    return [{name: match[name] or "" for name in wanted} if match else {} for match in matches]
