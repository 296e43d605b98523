"""Names: of recordings that have none, and of singers and songs of several corpora, written ``corpus::name``."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Separates the corpus from the name of a singer or song in a run of several corpora
SEPARATOR = "::"


def name_recordings(paths: Sequence[str]) -> list[str]:
    """Derive a name from each path: unique even if case is ignored, and independent of the other rows' order.

    Accents are dropped, and characters that a name may not hold become hyphens; if two paths would share a name, or
    nothing is left of one, a hash of the path is added.

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
    """Return the corpus of each singer or song: the part before ``::``, empty if there is none.

    Examples
    --------
    >>> corpus_of(np.array(["demo::test001", "Ann"])).tolist()
    ['demo', '']
    """
    return np.array([name.partition(SEPARATOR)[0] if SEPARATOR in name else "" for name in names.tolist()], np.str_)


def rows_by_corpus(names: NDArray[np.str_]) -> dict[str, NDArray[np.bool_]]:
    """Group rows by the corpus of their singers.

    Parameters
    ----------
    names : ndarray of str, shape (n,)
        The singer of each row.

    Returns
    -------
    dict of str to ndarray of bool, shape (n,)
        The rows of each corpus, in the order of the corpora's names; empty unless there are several.
    """
    corpora = corpus_of(names)
    several = np.unique(corpora).tolist()
    return {corpus: corpora == corpus for corpus in several} if len(several) > 1 else {}


def separator_faults(table: pd.DataFrame) -> list[str]:
    """List the singers and songs of a manifest whose names contain ``::``, each once, with its first row."""
    return [
        f"row {row}, column {column}: {name!r} has {SEPARATOR}, which separates corpus and name; remove it"
        for column in ("singer", "song")
        for row, name in table[column].drop_duplicates().items()
        if SEPARATOR in name
    ]


def enumerate_names(names: Sequence[str]) -> str:
    """Join names into a phrase.

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
