"""What is known of recordings besides their sound: singer, song, recording and sex."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pipeline.corpora.datasets import m4singer, vocalset
from pipeline.corpora.layout import Find
from pipeline.corpora.names import name_recordings
from pipeline.corpora.table import read_table
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.roster import Roster, read_roster

# Columns of a table that hold the sex, in the order in which they are looked for.
SEX = ("sex", "gender")
# Rules that make trials of a labelled folder: how it is laid out. None: as `index` reads it.
PROTOCOLS: dict[str, Find | None] = {"own": None, "vocalset": vocalset.find, "m4singer": m4singer.find}


class Label(NamedTuple):
    """What is known of a recording; empty where unknown.

    Attributes
    ----------
    singer, song : str
    recording : str
        What it was cut from: segments of one recording share it.
    sex : str
    """

    singer: str = ""
    song: str = ""
    recording: str = ""
    sex: str = ""


class Labelled(NamedTuple):
    """A folder with labels: the roster that `singing_style.indexing` listens to, and a label for each of its paths."""

    roster: Roster
    labels: dict[str, Label]


def read_labels(source: Path | str, singer_from: str | None = None, protocol: str = "own") -> Labelled:
    """Read who sings what in each recording of a folder, or of a table.

    Parameters
    ----------
    source : path
        As `singing_style.roster.read_roster` takes it; a column ``sex`` or ``gender`` of a table is read as well.
    singer_from : str, optional
        A regular expression, as there; its groups ``recording`` and ``sex`` are read as well.
    protocol : str, optional
        ``own``; or ``vocalset`` or ``m4singer`` for a folder as these corpora are distributed.

    Raises
    ------
    BadInputError
        See `read_roster`; or the protocol is unknown, or the folder does not fit its layout.
    """
    if protocol not in PROTOCOLS:
        raise BadInputError(f"--protocol {protocol}: unknown; choose {', '.join(PROTOCOLS)}")
    find = PROTOCOLS[protocol]
    if find and singer_from:
        raise BadInputError(f"--protocol {protocol}: knows who sings; leave --singer-from out, or the protocol")
    if find:
        return _by_layout(Path(source), find, protocol)
    roster = read_roster(Path(source), singer_from).checked()
    table = roster.table
    songs = table["song"] if "song" in table else [""] * len(table)
    rows = zip(table["path"], table["singer"], songs, _sexes(roster), strict=True)
    labels = {path: Label(singer, song, "", sex) for path, singer, song, sex in rows}
    if singer_from:
        more = labels_from_names(labels, singer_from)
        labels = {
            path: label._replace(recording=more[path].recording, sex=more[path].sex) for path, label in labels.items()
        }
    return Labelled(roster, labels)


def labels_from_names(names: Iterable[str], expression: str) -> dict[str, Label]:
    r"""Read labels from names.

    Parameters
    ----------
    names : iterable of str
    expression : str
        A regular expression with a group ``singer``, and optionally ``song``, ``recording`` and ``sex``, searched for
        in each name.

    Examples
    --------
    >>> labels_from_names(["male1/m1_row_0_4.wav"], r"(?P<singer>(?P<sex>[a-z]+)\d+)/(?P<recording>.+?)_\d")
    {'male1/m1_row_0_4.wav': Label(singer='male1', song='', recording='m1_row', sex='male')}
    """
    try:
        pattern = re.compile(expression)
    except re.error as fault:
        raise BadInputError(f"--singer-from {expression!r}: not a regular expression: {fault}") from None
    if "singer" not in pattern.groupindex:
        raise BadInputError(f"--singer-from {expression!r}: has no group (?P<singer>...); add one")
    if strange := set(pattern.groupindex) - set(Label._fields):
        raise BadInputError(
            f"--singer-from {expression!r}: group {min(strange)!r} is unknown; choose {', '.join(Label._fields)}"
        )
    wanted = list(pattern.groupindex)
    found = {name: pattern.search(name) for name in dict.fromkeys(names)}
    labels = {name: Label(**{key: match[key] or "" for key in wanted}) for name, match in found.items() if match}
    nameless = [name for name in found if name not in labels or not labels[name].singer]
    if nameless:
        raise BadInputError(
            f"--singer-from {expression!r}: no singer in {len(nameless)} of {counted(len(found), 'name')}, such as "
            f"{nameless[0]!r}; correct the expression"
        )
    return labels


def known(labels: Mapping[str, Label], field: str) -> int:
    """Count the recordings of which a field is known."""
    return sum(bool(getattr(label, field)) for label in labels.values())


def _sexes(roster: Roster) -> list[str]:
    """Read the column of the table from which the roster was read; empty where there is none."""
    unknown = [""] * len(roster.table)
    if not roster.source.is_file():  # it was read from the paths
        return unknown
    table = read_table(roster.source, ("path", "singer"))
    column = next((name for name in SEX if name in table), None)
    return [str(sex).strip().casefold() for sex in table[column]] if column else unknown


def _by_layout(folder: Path, find: Find, protocol: str) -> Labelled:
    if not folder.is_dir():
        raise BadInputError(f"{folder}: not a folder; --protocol {protocol} needs the corpus as it is distributed")
    takes = sorted(find(folder).takes, key=lambda take: take.path)
    table = pd.DataFrame(
        {
            "recording": name_recordings([take.path for take in takes]),
            "path": [take.path for take in takes],
            "singer": [take.singer for take in takes],
            "song": [take.song for take in takes],
        }
    )
    labels = {take.path: Label(take.singer, take.song, "", take.style.get("sex", "")) for take in takes}
    return Labelled(Roster(folder, folder, table), labels)
