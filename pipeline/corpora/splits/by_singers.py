"""The split by singers, for corpora whose singers sang songs of their own: no singer and no song in two parts.

The balanced split of paper 3.1 asks that every singer of a part sang all its songs. Where hardly two singers share
a song there is none. Here singers are dealt out so that parts share as few songs as can be; of a song that they still
share, one part keeps its performances and the others lose theirs.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.corpora.schema import LEAST_SINGERS, SPLITS
from pipeline.corpora.splits.dealing import CLASSES, deal_counts, dealing_order
from pipeline.corpora.splits.split import Split
from pipeline.errors import BadInputError

RESTARTS = 6
STEPS = 2_000
TO_COMPARE = 2
"""Performances that a singer of validation and test needs: with one there is no other to be found by."""

Counts = NDArray[np.int64]


def split_by_singers(
    sung: pd.DataFrame,
    *,
    singer_shares: Mapping[str, float],
    rng: np.random.Generator,
    source: str,
    kinds: Mapping[str, str] | None = None,
) -> Split:
    """Split a corpus by its singers.

    A song that singers of several parts sang goes to the part that needs it most: to test, else to validation, while
    most of their singers who sang it have fewer than two performances; then to the part whose singers have the fewest
    on average. The most sung songs are decided first.

    Parameters
    ----------
    sung : DataFrame
        Columns singer and song, one row a performance.
    singer_shares : mapping of str to float
        Share of the singers of train, validation and test.
    rng : numpy.random.Generator
        Draws who goes where.
    source : str
        Stands before messages: the file or the folder.
    kinds : mapping of str to str, optional
        Kind of each singer, such as sex, to be spread evenly over the parts.

    Raises
    ------
    BadInputError
        There are too few singers, or the songs that parts share leave a part without singers.
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
            f"{source}: {singers} singers, and each of {', '.join(SPLITS)} needs {LEAST_SINGERS}; "
            "bring recordings of more singers"
        )
    if min(shares) <= 0:
        raise BadInputError(f"{source}: a share of singers is 0, and every split needs singers; set it above 0")
    everyone_fits_everywhere = (0,) * (len(CLASSES) - 1) + (singers,)
    return list(deal_counts(everyone_fits_everywhere, (shares[0], shares[1], shares[2]), LEAST_SINGERS)[-1])


def _deal(
    singers: Sequence[str], matrix: Counts, sizes: Sequence[int], kinds: Mapping[str, str], rng: np.random.Generator
) -> Counts:
    """Deal singers to parts: of several seeded climbs, the one after which parts share the fewest performances."""
    row = {singer: at for at, singer in enumerate(singers)}
    kind = np.array([kinds.get(singer, "") for singer in singers])
    deals = []
    for _ in range(RESTARTS):
        parts = np.empty(len(singers), dtype=np.int64)
        parts[[row[singer] for singer in dealing_order(singers, kinds, rng)]] = np.repeat(range(len(SPLITS)), sizes)
        deals.append(_climb(parts, matrix, kind, rng))
    return max(deals, key=lambda parts: _unshared(_sung_by_part(matrix, parts)))


def _climb(parts: Counts, matrix: Counts, kind: NDArray[np.str_], rng: np.random.Generator) -> Counts:
    """Swap two singers of a kind between parts, drawn at random, wherever parts then share no more than before."""
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


def _sung_by_part(matrix: Counts, parts: Counts) -> Counts:
    """Count the performances of each song in each part: shape (parts, songs)."""
    return np.stack([matrix[parts == part].sum(axis=0) for part in range(len(SPLITS))])


def _unshared(table: Counts) -> int:
    """Count the performances that stay when every song goes to the part that sang it most."""
    return int(table.max(axis=0).sum())


def _settle(matrix: Counts, part_of_singer: Counts) -> Counts:
    """Give each song to one of the parts that sang it; see `split_by_singers`."""
    table = _sung_by_part(matrix, part_of_singer)
    owner: Counts = table.argmax(axis=0)
    shared = (table > 0).sum(axis=0) > 1
    kept = matrix[:, ~shared].sum(axis=1)
    for song in sorted(np.flatnonzero(shared), key=lambda song: (-table[:, song].sum(), song)):
        owner[song] = _neediest(matrix[:, song], part_of_singer, kept)
        kept += matrix[:, song] * (part_of_singer == owner[song])
    return owner


def _neediest(takes: Counts, part_of_singer: Counts, kept: Counts) -> int:
    """Choose the part for a song, of which each singer has some takes and has kept some performances so far."""
    members = [part_of_singer == part for part in range(len(SPLITS))]
    candidates = [part for part in range(len(SPLITS)) if takes[members[part]].any()]
    for part in sorted(candidates, reverse=True):
        if part > 0 and np.mean(kept[members[part] & (takes > 0)] < TO_COMPARE) > 0.5:
            return part
    return min(candidates, key=lambda part: (kept[members[part]].mean(), -part))


def _check(kept: Counts, part_of_singer: Counts, source: str) -> None:
    left = [int((kept[part_of_singer == part].sum(axis=1) > 0).sum()) for part in range(len(SPLITS))]
    if min(left) < LEAST_SINGERS:
        raise BadInputError(
            f"{source}: the singers share so many songs that, each song in one part alone, "
            f"{'/'.join(map(str, left))} singers are left (train/validation/test) and each part needs "
            f"{LEAST_SINGERS}; bring recordings of more singers or songs"
        )


def _names(names: "pd.Index[str]", parts: Counts, kept: Counts) -> dict[str, tuple[str, ...]]:
    """Name the singers or songs of each part, but for those that lost all their performances."""
    return {
        split: tuple(str(name) for name in names[(parts == part) & (kept > 0)]) for part, split in enumerate(SPLITS)
    }
