"""The split by singers, for corpora whose singers sang songs of their own: no singer and no song in two parts.

The balanced split of paper 3.1 requires that every singer of a part sang all its songs, which is impossible where
singers hardly share songs. Here singers are distributed so that parts share as few songs as possible; of a song that
they still share, one part keeps its performances and the others lose theirs.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.corpora.schema import LEAST_SINGERS, SPLITS
from pipeline.corpora.splits.dealing import CLASSES, deal_counts, dealing_order
from pipeline.corpora.splits.split import Split
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted

RESTARTS = 6
STEPS = 2_000
# Performances that a singer of validation and test needs: a single one has no other to be found by
TO_COMPARE = 2

Integers = NDArray[np.int64]


def split_by_singers(
    sung: pd.DataFrame,
    *,
    singer_shares: Mapping[str, float],
    rng: np.random.Generator,
    source: str,
    kinds: Mapping[str, str] | None = None,
) -> Split:
    """Split a corpus by its singers.

    A song that singers of several parts sang goes to the part that needs it most: to test, else to validation, as long
    as most of their singers who sang it have fewer than two performances; then to the part whose singers have the
    fewest on average. The most frequent songs are assigned first.

    Parameters
    ----------
    sung : DataFrame
        Columns singer and song, one row per performance.
    singer_shares : mapping of str to float
        Share of the singers of train, validation and test.
    rng : numpy.random.Generator
        Draws which singers go where.
    source : str
        The file or folder, which messages begin with.
    kinds : mapping of str to str, optional
        Kind of each singer, such as sex, to be spread evenly over the parts.

    Raises
    ------
    BadInputError
        There are too few singers, or too many songs are shared to leave every part its singers.
    """
    counts = pd.crosstab(sung["singer"], sung["song"])
    singers = [str(singer) for singer in counts.index]
    sizes = _sizes(len(singers), [singer_shares[split] for split in SPLITS], source)
    matrix = counts.to_numpy(dtype=np.int64)
    part_of_singer = _deal(singers, matrix, sizes, kinds or {}, rng)
    part_of_song = _settle(matrix, part_of_singer)
    kept = matrix * (part_of_singer[:, None] == part_of_song[None, :])
    _check(kept, part_of_singer, source)
    return Split(
        songs=_names(counts.columns, part_of_song, kept.sum(axis=0)),
        singers=_names(counts.index, part_of_singer, kept.sum(axis=1)),
    )


def _sizes(singers: int, shares: Sequence[float], source: str) -> list[int]:
    if singers < LEAST_SINGERS * len(SPLITS):
        raise BadInputError(
            f"{source}: {counted(singers, 'singer')}, and each of {', '.join(SPLITS)} needs {LEAST_SINGERS}; "
            "add recordings of more singers"
        )
    if min(shares) <= 0:
        raise BadInputError(f"{source}: a share of singers is 0, and every split needs singers; set it above 0")
    everyone_fits_everywhere = (0,) * (len(CLASSES) - 1) + (singers,)
    return list(deal_counts(everyone_fits_everywhere, (shares[0], shares[1], shares[2]), LEAST_SINGERS)[-1])


def _deal(
    singers: Sequence[str], matrix: Integers, sizes: Sequence[int], kinds: Mapping[str, str], rng: np.random.Generator
) -> Integers:
    """Assign singers to parts: of several seeded searches, the one that leaves the fewest shared performances."""
    row = {singer: at for at, singer in enumerate(singers)}
    kind = np.array([kinds.get(singer, "") for singer in singers])
    deals = []
    for _ in range(RESTARTS):
        parts = np.empty(len(singers), dtype=np.int64)
        parts[[row[singer] for singer in dealing_order(singers, kinds, rng)]] = np.repeat(range(len(SPLITS)), sizes)
        deals.append(_climb(parts, matrix, kind, rng))
    return max(deals, key=lambda parts: _unshared(_sung_by_part(matrix, parts)))


def _climb(parts: Integers, matrix: Integers, kind: NDArray[np.str_], rng: np.random.Generator) -> Integers:
    """Swap random pairs of singers of one kind between parts, whenever parts then share no more than before."""
    table = _sung_by_part(matrix, parts)
    best = _unshared(table)
    for one, other in rng.integers(len(parts), size=(STEPS, 2)):
        if parts[one] == parts[other] or kind[one] != kind[other]:
            continue
        tried = table.copy()
        tried[parts[one]] += matrix[other] - matrix[one]
        tried[parts[other]] += matrix[one] - matrix[other]
        if (now := _unshared(tried)) >= best:
            parts[[one, other]] = parts[[other, one]]
            table, best = tried, now
    return parts


def _sung_by_part(matrix: Integers, parts: Integers) -> Integers:
    """Count the performances of each song in each part: shape (parts, songs)."""
    return np.stack([matrix[parts == part].sum(axis=0) for part in range(len(SPLITS))])


def _unshared(table: Integers) -> int:
    """Count the performances that remain if every song goes to the part that sang it most."""
    return int(table.max(axis=0).sum())


def _settle(matrix: Integers, part_of_singer: Integers) -> Integers:
    """Assign each song to one of the parts that sang it; see `split_by_singers`."""
    table = _sung_by_part(matrix, part_of_singer)
    owner: Integers = table.argmax(axis=0)
    shared = (table > 0).sum(axis=0) > 1
    kept = matrix[:, ~shared].sum(axis=1)
    for song in sorted(np.flatnonzero(shared), key=lambda song: (-table[:, song].sum(), song)):
        owner[song] = _neediest(matrix[:, song], part_of_singer, kept)
        kept += matrix[:, song] * (part_of_singer == owner[song])
    return owner


def _neediest(takes: Integers, part_of_singer: Integers, kept: Integers) -> int:
    """Choose the part of a song, given each singer's performances of it and the number kept so far."""
    members = [part_of_singer == part for part in range(len(SPLITS))]
    candidates = [part for part in range(len(SPLITS)) if takes[members[part]].any()]
    for part in sorted(candidates, reverse=True):
        if part > 0 and np.mean(kept[members[part] & (takes > 0)] < TO_COMPARE) > 0.5:
            return part
    return min(candidates, key=lambda part: (kept[members[part]].mean(), -part))


def _check(kept: Integers, part_of_singer: Integers, source: str) -> None:
    left = [int((kept[part_of_singer == part].sum(axis=1) > 0).sum()) for part in range(len(SPLITS))]
    if min(left) < LEAST_SINGERS:
        raise BadInputError(
            f"{source}: the singers share so many songs that, with each song in one part, "
            f"{'/'.join(map(str, left))} singers are left (train/validation/test) and each part needs "
            f"{LEAST_SINGERS}; add recordings of more singers or songs"
        )


def _names(names: "pd.Index[str]", parts: Integers, kept: Integers) -> dict[str, tuple[str, ...]]:
    """Return the names of the singers or songs of each part, without those that lost all their performances."""
    return {
        split: tuple(str(name) for name in names[(parts == part) & (kept > 0)]) for part, split in enumerate(SPLITS)
    }
