"""Who sings in which file: from a manifest, from one folder per singer, or from a pattern over the paths."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pandas as pd

from pipeline.corpora.names import name_recordings
from pipeline.corpora.names_on_disk import as_on_disk
from pipeline.corpora.schema import COLUMNS, raise_faults, row_faults
from pipeline.corpora.table import ROW, read_table
from pipeline.errors import BadInputError, printable
from pipeline.runtime.counting import counted
from singing_style.nameless import NoSingerError
from singing_style.recognise import recognise
from singing_style.sounds import PassedOver, explain_pattern, find_passed_over, find_sounds
from singing_style.takes import Takes, as_one, label

# What `recognise` calls files that may be meant as tables.
MAYBE_TABLES = frozenset({"a table (CSV)", "a text file", "an empty file", "a file of an unknown kind"})
MANIFEST = "manifest.csv"
# Takes are joined up to this many seconds; then the next performance begins. Where that would make too few performances
# for verdicts on men and on women (twice `singing_style.rehearsal.FEWEST`), up to so many fewer that there are enough,
# by which RAVDESS is known as well; where there never are, up to the second.
JOINED_SECONDS, OF_FEW_SECONDS, OF_FEWEST_SECONDS, ENOUGH = 60.0, 24.0, 12.0, 38
# A remainder of takes shorter than this share of them is added to the performance before it.
REST_SHARE = 0.5


@dataclass(frozen=True)
class Roster:
    """Recordings and their singers.

    Attributes
    ----------
    source : Path
        The manifest or the folder that it was read from.
    folder : Path
        The folder that the paths are relative to.
    table : DataFrame
        One row per recording: recording (its name), path, singer; song and split where known.
    faults : list of str
        What is wrong with individual rows, in words.
    respelt : list of str
        Paths that the table writes in another Unicode form than the file system; `table` has that of the file system.
    passed_over : PassedOver or None
        What the folder holds besides sound, where its files make the roster and not a table.
    """

    source: Path
    folder: Path
    table: pd.DataFrame
    faults: list[str] = field(default_factory=list)
    respelt: list[str] = field(default_factory=list)
    passed_over: PassedOver | None = None

    def checked(self) -> "Roster":
        """Return the roster, or raise one `BadInputError` that lists its faults."""
        raise_faults(self.faults, str(self.source))
        return self


@dataclass(frozen=True)
class Entry:
    """A performance as the roster lists it.

    Attributes
    ----------
    singer : str
    song : str
        Empty where unknown.
    paths : tuple of str
        Its takes in the order in which they are heard, relative to the roster's folder.
    """

    singer: str
    song: str
    paths: tuple[str, ...]

    def __str__(self) -> str:
        """Return the first take's path, and the number of further ones."""
        return label(self.paths)

    def under(self, folder: Path) -> Path | Takes:
        """Return its files, where the roster's folder is this one."""
        return as_one([folder / path for path in self.paths])


def read_roster(source: Path, singer_from: str | None = None) -> Roster:
    r"""Read who sings in which file.

    Parameters
    ----------
    source : Path
        A table with the columns path and singer, and song and split where known; or a folder with such a
        ``manifest.csv``; or a folder with one folder per singer.
    singer_from : str, optional
        A regular expression with a group ``singer`` and optionally a group ``song``, searched for in each path below
        the folder, such as ``(?P<singer>\w+)_(?P<song>\w+)\.wav``. The folder's manifest is then ignored.

    Raises
    ------
    BadInputError
        The table cannot be read or is empty, the folder has no sound files, the expression is invalid, or a file has no
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
        hint = explain_pattern(source, one=True) or "check the path"
        raise BadInputError(f"{source}: no such folder or table; {hint}")
    return _from_paths(source, singer_from)


def list_entries(table: pd.DataFrame) -> list[Entry]:
    """List every recording of a roster's table as an entry of its own, sorted by path."""
    songs = table["song"] if "song" in table else [""] * len(table)
    rows = sorted(zip(table["path"], table["singer"], songs, strict=True))
    return [Entry(singer, song, (path,)) for path, singer, song in rows]


def join_entries(entries: Sequence[Entry], seconds: Mapping[str, float]) -> list[Entry]:
    """Join the recordings of one singer and one song, up to a minute per performance, or less where they are few.

    Parameters
    ----------
    entries : sequence of Entry
        Of one path each, from `list_entries`.
    seconds : mapping of str to float
        Duration of each path; entries whose path is missing are left out.

    Returns
    -------
    list of Entry
        Sorted by their first paths. A recording longer than that stands alone, unless a remainder follows.
    """
    ways = [_join(entries, seconds, most) for most in (JOINED_SECONDS, OF_FEW_SECONDS, OF_FEWEST_SECONDS)]
    return next((joined for joined in ways if len(joined) >= ENOUGH), ways[1])


def _join(entries: Sequence[Entry], seconds: Mapping[str, float], most: float) -> list[Entry]:
    """Join recordings up to so many seconds."""
    who = attrgetter("singer", "song")
    usable = sorted((entry for entry in entries if entry.paths[0] in seconds), key=who)  # stable: by path within
    joined = [
        Entry(singer, song, paths)
        for (singer, song), some in groupby(usable, who)
        for paths in _deal([entry.paths[0] for entry in some], seconds, most)
    ]
    return sorted(joined, key=attrgetter("paths"))


def _from_manifest(source: Path) -> Roster:
    what = recognise(source)
    if what not in MAYBE_TABLES:
        raise BadInputError(f"{source}: {what}, where a table or a folder of recordings is needed; name the folder")
    table = read_table(source, ("path", "singer"))
    if table.empty:
        raise BadInputError(f"{source}: the table has no rows; write one per recording")
    if "recording" not in table.columns:
        table["recording"] = name_recordings(list(table["path"]))
    kept = [name for name in COLUMNS if name in table.columns]
    faults = row_faults(table)
    written = list(table["path"])
    if not faults:
        table["path"] = [as_on_disk(source.parent, path) for path in written]
    respelt = [path for path, found in zip(written, table["path"], strict=True) if path != found]
    return Roster(source, source.parent, table[kept], faults, respelt)


def _from_paths(folder: Path, singer_from: str | None) -> Roster:
    paths = [file.relative_to(folder).as_posix() for file in find_sounds([folder])]
    rows = [_by_folder(path) for path in paths] if singer_from is None else _by_pattern(paths, singer_from)
    nameless = [path for path, named in zip(paths, rows, strict=True) if not named.get("singer")]
    if nameless and singer_from is None:
        raise NoSingerError(folder, paths)
    if nameless:
        without = f"{len(nameless)} of {counted(len(paths), 'file')}"
        raise BadInputError(f"{folder}: no singer for {without}, such as {nameless[0]!r}; correct the expression")
    rows = [{column: _as_in_a_table(name) for column, name in row.items()} for row in rows]
    table = pd.DataFrame(rows, index=pd.RangeIndex(2, len(paths) + 2, name=ROW)).assign(path=paths)
    table.insert(0, "recording", name_recordings(paths))
    # a name found on disk is what it is: what a table may not hold is escaped, and stops nothing
    faults = row_faults(table.drop(columns="path"))
    return Roster(folder, folder, table, faults, passed_over=find_passed_over(folder))


def _by_folder(path: str) -> dict[str, str]:
    singer, _, rest = path.partition("/")
    return {"singer": singer} if rest else {}


def _as_in_a_table(name: str) -> str:
    """Return a name of the file system in the form of names in tables, without what a line cannot hold."""
    return printable(unicodedata.normalize("NFC", name))


def _by_pattern(paths: list[str], singer_from: str) -> list[dict[str, str]]:
    try:
        pattern = re.compile(singer_from)
    except re.error as fault:
        raise BadInputError(f"--singer-from {singer_from!r}: not a regular expression: {fault}") from None
    if "singer" not in pattern.groupindex:
        raise BadInputError(f"--singer-from {singer_from!r}: has no group (?P<singer>...); add one")
    wanted = [name for name in ("singer", "song") if name in pattern.groupindex]
    matches = [pattern.search(path) for path in paths]
    return [{name: match[name] or "" for name in wanted} if match else {} for match in matches]


def _deal(paths: Sequence[str], seconds: Mapping[str, float], most: float) -> list[tuple[str, ...]]:
    """Deal paths into performances of at most so many seconds, filling one after the other."""
    dealt: list[list[str]] = [[]]
    for path in paths:
        if dealt[-1] and _total(dealt[-1], seconds) + seconds[path] > most:
            dealt.append([])
        dealt[-1].append(path)
    if len(dealt) > 1 and _total(dealt[-1], seconds) < REST_SHARE * most:
        rest = dealt.pop()
        dealt[-1] += rest
    return [tuple(some) for some in dealt]


def _total(paths: Sequence[str], seconds: Mapping[str, float]) -> float:
    return sum(seconds[path] for path in paths)
