"""Names for recordings that have none."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath


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


def _plain(path: str) -> str:
    letters = unicodedata.normalize("NFKD", path.removesuffix(PurePosixPath(path).suffix))
    ascii_only = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._]+", "-", ascii_only).strip("-.")[:150]


def _hash(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
