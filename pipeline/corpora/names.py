"""Names: of recordings that have none, and of singers and songs of several corpora, kept apart as ``corpus::name``."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEPARATOR = "::"
"""Stands between the corpus and the name of a singer or song, in a run of several corpora."""


def name_recordings(paths: Sequence[str]) -> list[str]:
    """Derive a name from each path: unique whatever the case, and independent of the other rows' order.

    Accents are dropped and what a name may not hold becomes a hyphen; where two paths would share a name, or
    nothing is left of it, a hash of the path is added.

    Examples
    --------
    >>> name_recordings(["Zoë/take 1.wav", "b.flac"])
    ['Zoe-take-1', 'b']
    """
    plain = [_plain(path) for path in paths]
    shared = Counter(name.casefold() for name in plain)
    return [
        name if name and shared[name.casefold()] == 1 else f"{name or 'recording'}-{_hash(path)}"
        for name, path in zip(plain, paths, strict=True)
    ]


def corpus_of(names: NDArray[np.str_]) -> NDArray[np.str_]:
    """Tell the corpus of each singer or song: the part before ``::``, empty where there is none.

    Examples
    --------
    >>> corpus_of(np.array(["demo::test001", "Ann"])).tolist()
    ['demo', '']
    """
    return np.array([name.partition(SEPARATOR)[0] if SEPARATOR in name else "" for name in names.tolist()], np.str_)


def rows_by_corpus(names: NDArray[np.str_]) -> dict[str, NDArray[np.bool_]]:
    """Part rows by the corpus of their singers.

    Parameters
    ----------
    names : ndarray of str, shape (n,)
        Who sings in each row.

    Returns
    -------
    dict of str to ndarray of bool, shape (n,)
        In the order of the corpora's names; empty where there are not several.
    """
    corpora = corpus_of(names)
    several = np.unique(corpora).tolist()
    return {corpus: corpora == corpus for corpus in several} if len(several) > 1 else {}


def separator_faults(table: pd.DataFrame) -> list[str]:
    """Name the singers and songs of a manifest whose own names hold ``::``, each once, by its first row."""
    return [
        f"row {row}, column {column}: {name!r} has {SEPARATOR}, which parts corpus and name; take it out"
        for column in ("singer", "song")
        for row, name in table[column].drop_duplicates().items()
        if SEPARATOR in name
    ]


def enumerate_names(names: Sequence[str]) -> str:
    """List names in words.

    Examples
    --------
    >>> enumerate_names(["demo", "ravdess-song", "vocalset"])
    'demo, ravdess-song and vocalset'
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _plain(path: str) -> str:
    letters = unicodedata.normalize("NFKD", path.removesuffix(PurePosixPath(path).suffix))
    ascii_only = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._]+", "-", ascii_only).strip("-.")[:150]


def _hash(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
