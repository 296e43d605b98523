"""The balanced split (paper 3.1): disjoint songs, disjoint singers, every singer in all songs of a part."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.corpora.schema import LEAST_SINGERS, SPLITS
from pipeline.corpora.splits.dealing import CLASSES, SingerShares, Triple, apportion, deal_counts, dealing_order
from pipeline.corpora.splits.partitions import (
    MOST_TRIED,
    Partition,
    Repertoire,
    best_partition,
    count_partitions,
    singers_by_class,
)
from pipeline.corpora.splits.split import Split
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted


@dataclass(frozen=True)
class BalancedSplit(Split):
    """A balanced split.

    Attributes
    ----------
    trade_off : DataFrame
        The singers that other numbers of songs would leave; see `trade_off`.
    """

    trade_off: pd.DataFrame

    def report(self) -> str:
        """Report the songs and singers of each part, and the trade-off."""
        parts = [
            f"{split}: {counted(len(self.singers[split]), 'singer')} who sang all of {', '.join(self.songs[split])}"
            for split in SPLITS
        ]
        table = self.trade_off.to_string(index=False)
        caption = "the best split for each number of songs (train/validation/test; each singer counts once a song):"
        return "\n".join([*parts, caption, table])


def balance(
    sung: pd.DataFrame,
    *,
    songs: Mapping[str, int],
    singer_shares: Mapping[str, float],
    rng: np.random.Generator,
    source: str,
    kinds: Mapping[str, str] | None = None,
) -> BalancedSplit:
    """Split a corpus so that parts share neither song nor singer, and singers sang all songs of their part.

    Of all such splits, the one with the most performances is chosen; `pipeline.corpora.splits.partitions` describes
    how ties are broken, and when a search replaces trying all.

    Parameters
    ----------
    sung : DataFrame
        Columns singer and song, one row per performance; a song counts once per singer.
    songs : mapping of str to int
        Number of songs in each part.
    singer_shares : mapping of str to float
        How singers who fit several parts are distributed; see `pipeline.corpora.splits.dealing`.
    rng : numpy.random.Generator
        Draws which singers go where, and the search.
    source : str
        The file or folder, which messages begin with.
    kinds : mapping of str to str, optional
        Kind of each singer, such as sex, to be spread evenly over the parts.

    Raises
    ------
    BadInputError
        The corpus is too small for this split; the message says what is missing and what would be possible.
    """
    repertoire = Repertoire(sung)
    counts = (songs["train"], songs["validation"], songs["test"])
    shares = (singer_shares["train"], singer_shares["validation"], singer_shares["test"])
    if min(shares) <= 0:
        raise BadInputError(f"{source}: a share of singers is 0, and every split needs singers; set it above 0")
    search_rng, table_rng, deal_rng = rng.spawn(3)
    table = trade_off(repertoire, counts, shares, table_rng)
    if sum(counts) > len(repertoire.songs):
        raise BadInputError(f"{source}: {_too_few_songs(repertoire, counts)}; {_possible(table)}")
    best = best_partition(repertoire, counts, shares, search_rng)
    if not best.complete:
        raise BadInputError(f"{source}: {_too_few_singers(repertoire, best)}; {_possible(table)}")
    singers = _deal(repertoire, best, shares, kinds or {}, deal_rng)
    return BalancedSplit(dict(zip(SPLITS, best.songs, strict=True)), singers, table)


def trade_off(repertoire: Repertoire, counts: Triple, shares: SingerShares, rng: np.random.Generator) -> pd.DataFrame:
    """Tabulate the splits that fewer or more songs, in about the same proportions, would allow.

    Returns
    -------
    DataFrame
        One row for each number of songs that leaves every part enough singers: songs, singers (both as
        train/validation/test), performances, and tried (the number of partitions).
    """
    rows = []
    for size in _sizes(len(repertoire.songs), counts):
        best = best_partition(repertoire, size, shares, rng)
        number = count_partitions(len(repertoire.songs), size)
        if best.complete:
            tried = f"all {number}" if number <= MOST_TRIED else f"a search in {number}"
            rows.append((_slashed(size), _slashed(best.singers), best.performances, tried))
    return pd.DataFrame(rows, columns=["songs", "singers", "performances", "tried"])


def _sizes(available: int, counts: Triple) -> list[Triple]:
    """List the numbers of songs to compare: in total up to six fewer and three more than requested."""
    asked = sum(counts)
    sizes = []
    for total in range(max(3, asked - 6), min(available, asked + 3) + 1):
        train, validation, test = apportion(total - 3, counts)
        sizes.append(counts if total == asked else (train + 1, validation + 1, test + 1))
    return sizes


def _deal(
    repertoire: Repertoire,
    best: Partition,
    shares: SingerShares,
    kinds: Mapping[str, str],
    rng: np.random.Generator,
) -> dict[str, tuple[str, ...]]:
    members = [repertoire.names(bits) for bits in singers_by_class(repertoire, best.songs)]
    dealt = deal_counts(tuple(map(len, members)), shares, LEAST_SINGERS)
    singers: dict[str, list[str]] = {split: [] for split in SPLITS}
    for parts, names, counts in zip(CLASSES, members, dealt, strict=True):
        waiting = iter(dealing_order(names, kinds, rng))
        for part in parts:
            singers[SPLITS[part]] += [next(waiting) for _ in range(counts[part])]
    return {split: tuple(sorted(names)) for split, names in singers.items()}


def _too_few_songs(repertoire: Repertoire, counts: Triple) -> str:
    have = len(repertoire.songs)
    lacking = counted(sum(counts) - have, "is", "are")
    return f"{_slashed(counts)} songs need {sum(counts)} and there are {have}: {lacking} missing"


def _too_few_singers(repertoire: Repertoire, best: Partition) -> str:
    need = sorted({len(part) for part in best.songs})
    sang = repertoire.songs_a_singer()
    who = ", ".join(f"{sum(count >= least for count in sang)} sang {counted(least, 'song')} or more" for least in need)
    return (
        f"every part needs {LEAST_SINGERS} singers who sang all of its songs, and at best "
        f"{_slashed(tuple(map(len, best.songs)))} songs have {_slashed(best.singers)} singers; "
        f"of {counted(len(sang), 'singer')} {who}"
    )


def _possible(table: pd.DataFrame) -> str:
    if table.empty:
        return "fewer songs do not help: add more singers who sang the same songs"
    row = table.iloc[int(table["performances"].argmax())]
    return f"{row['songs']} songs would give {row['singers']} singers: ask for these or add recordings"


def _slashed(counts: tuple[int, ...]) -> str:
    return "/".join(map(str, counts))
