"""Which vector belongs to which name of a list: exactly, below a folder, or without the suffix of a sound file."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from pipeline.analysis.leave_one_out import Codes
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.sounds import SUFFIXES

# What makes a path written in another way than it could be.
_TO_CHANGE = re.compile(r"\\|//|\./|/\.?$|^\.?$")


@dataclass(frozen=True, eq=False)
class Matching:
    """What was found.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        The row of each name; -1 where it is missing.
    way : str
        How names were compared, in words.
    """

    rows: Codes
    way: str


def plain(name: str) -> str:
    """Write a name in one way: forward slashes, no ``./``, one Unicode form.

    Examples
    --------
    >>> plain("./choir//ann.wav")
    'choir/ann.wav'
    """
    if name.isascii() and not _TO_CHANGE.search(name):  # most are: lists hold millions
        return name
    return str(PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")))


def match(wanted: Sequence[str], held: Sequence[str], roots: Iterable[Path | str] = (), source: str = "") -> Matching:
    """Find each name among others, all of them in the same way: the strictest that finds the most.

    Parameters
    ----------
    wanted, held : sequence of str
    roots : iterable of path, optional
        Folders that names of either side may begin with.
    source : str, optional
        Where the held names are from, for messages.

    Raises
    ------
    BadInputError
        A name fits several of the held ones.
    """
    tops = list(dict.fromkeys(plain(str(top)) for root in roots for top in (root, Path(root).absolute())))
    below = partial(_below, tops=[top for top in tops if top != "."])
    ways: list[tuple[str, Callable[[str], str]]] = [("exactly", plain)]
    ways += [("by path below the root", below)] if tops else []
    ways.append(("without suffix", lambda name: _without_suffix(below(name))))
    best = Matching(np.full(len(wanted), -1), "exactly")
    for way, key in ways:
        found, unclear = _find(wanted, held, key, way)
        if unclear and np.all(best.rows < 0):
            fit = counted(len(unclear), "name fits", "names fit")
            raise BadInputError(f"{source}: {fit} several vectors ({way}), such as {unclear[0]!r}; name each once")
        if not unclear and np.count_nonzero(found.rows >= 0) > np.count_nonzero(best.rows >= 0):
            best = found
        if np.all(best.rows >= 0):
            break
    return best


def suggest_root(missing: str, held: Sequence[str]) -> str | None:
    """Return the folder that some held name has before a missing one, or the other way round."""
    name = plain(missing)
    for other in map(plain, held):
        longer, shorter = (other, name) if len(other) > len(name) else (name, other)
        if longer.endswith(f"/{shorter}"):
            return longer.removesuffix(f"/{shorter}") or "/"
    return None


def _find(
    wanted: Sequence[str], held: Sequence[str], key: Callable[[str], str], way: str
) -> tuple[Matching, list[str]]:
    """Compare names by a key; also list those that fit several."""
    rows: dict[str, int] = {}
    several: set[str] = set()
    for row, name in enumerate(map(key, held)):
        if name in rows:
            several.add(name)
        rows.setdefault(name, row)
    keys = [key(name) for name in wanted]
    unclear = [name for name, its in zip(wanted, keys, strict=True) if its in several]
    return Matching(np.array([rows.get(name, -1) for name in keys], np.intp), way), unclear


def _below(name: str, tops: Sequence[str]) -> str:
    name = plain(name)
    for top in tops:
        if name.startswith(f"{top.rstrip('/')}/"):
            return name[len(top.rstrip("/")) + 1 :]
    return name


def _without_suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in SUFFIXES else name
