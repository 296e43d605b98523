"""DAMP-balanced (paper 3.1): fourteen songs, the last four for testing, the first ten divided 6/4 in one of 210 ways.

From https://ccrma.stanford.edu/damp/, on application; not for commercial use, not to be passed on. Add a table (path,
singer, song), then ``make corpus NAME=damp-balanced FROM=...``.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pandas as pd

from pipeline.corpora.gathering import Loaded
from pipeline.corpora.names import name_recordings
from pipeline.corpora.placement import locate_all, place_all
from pipeline.corpora.schema import LEAST_SINGERS, raise_faults, row_faults
from pipeline.corpora.splits.partitions import Repertoire
from pipeline.corpora.table import inside, read_table
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted

TRAIN_OR_VALIDATION = (
    "one call away",
    "say you won't let go",
    "all of me",
    "closer",
    "seven years",
    "despacito",
    "more than words",
    "lost boy",
    "love yourself",
    "rockabye",
)
TEST = ("part of your world", "when I was your man", "chandelier", "cups")
TRAIN_SONGS = 6
# Singers of train, validation and test in the paper
PAPER_SINGERS = (46, 22, 56)
_LISTED = 10


@dataclass(frozen=True)
class Cut:
    """One of the 210 ways of dividing the first ten songs, and the singers that it leaves."""

    train_songs: tuple[str, ...]
    train: frozenset[str]
    validation: frozenset[str]
    test: frozenset[str]
    fit_both: int

    @property
    def validation_songs(self) -> tuple[str, ...]:
        """The other four of the first ten songs."""
        return tuple(song for song in TRAIN_OR_VALIDATION if song not in self.train_songs)

    @property
    def singers(self) -> tuple[int, int, int]:
        """Number of singers of train, validation and test."""
        return len(self.train), len(self.validation), len(self.test)

    @property
    def performances(self) -> int:
        """Number of performances: each singer of a part once in each of its songs."""
        songs = (len(self.train_songs), len(self.validation_songs), len(TEST))
        return sum(singers * count for singers, count in zip(self.singers, songs, strict=True))


def load(raw: Path, corpus: Path, *, table: str, max_bad_share: float) -> Loaded:
    """Load the performances of the paper's split.

    The first of the 210 cuts that gives the paper's 46, 22 and 56 singers is chosen; if there is none, the one with
    the most performances. Of several performances of a song by one singer, the first in the table is kept.

    Parameters
    ----------
    raw : Path
        The corpus folder.
    corpus : Path
        Where ``audio/`` is written.
    table : str
        The CSV file inside the corpus folder: columns path (relative to the folder), singer, song. The case and
        the punctuation of song titles do not matter; other songs are skipped.
    max_bad_share : float
        Share of recordings that may lack their file, 0 to 1.

    Raises
    ------
    BadInputError
        The table is faulty, songs are missing, no cut leaves two singers in every part, or too many files are
        missing.
    """
    source = inside(raw, table)
    performances, skipped = _read(source)
    files = locate_all(performances, raw, max_bad_share)
    found = performances[performances["recording"].isin(files.results)]
    once = found.drop_duplicates(["singer", "song"], keep="first")
    possible = cuts(once, str(source))
    chosen = choose(possible, str(source))
    report = _report(possible, chosen, skipped, len(found) - len(once))
    return Loaded(place_all(_assign(once, chosen), files.results, corpus), files.left_out, report)


def cuts(sung: pd.DataFrame, source: str) -> list[Cut]:
    """List the 210 cuts, in the order of `TRAIN_OR_VALIDATION`.

    Singers who sang all four test songs are test singers, and nothing else. Of the others, those who sang all six
    training songs are training singers, and those who sang all four validation songs validation singers; those who
    sang all ten (``fit_both``) go to training, where a singer contributes more performances.

    Parameters
    ----------
    sung : DataFrame
        Columns singer and song, one row per performance; titles as in `TRAIN_OR_VALIDATION` and `TEST`.
    source : str
        The file, which messages begin with.

    Raises
    ------
    BadInputError
        Nobody sang one of the fourteen songs.
    """
    repertoire = Repertoire(sung)
    missing = [song for song in (*TRAIN_OR_VALIDATION, *TEST) if song not in repertoire.songs]
    if missing:
        raise BadInputError(f"{source}: column song: no recordings of {', '.join(missing)}; check the titles")
    test = repertoire.who_sang_all(TEST)
    found = []
    for train_songs in combinations(TRAIN_OR_VALIDATION, TRAIN_SONGS):
        validation_songs = tuple(song for song in TRAIN_OR_VALIDATION if song not in train_songs)
        train = repertoire.who_sang_all(train_songs) & ~test
        validation = repertoire.who_sang_all(validation_songs) & ~test
        found.append(
            Cut(
                train_songs,
                train=frozenset(repertoire.names(train)),
                validation=frozenset(repertoire.names(validation & ~train)),
                test=frozenset(repertoire.names(test)),
                fit_both=(train & validation).bit_count(),
            )
        )
    return found


def choose(possible: Sequence[Cut], source: str) -> Cut:
    """Choose the first cut with the paper's numbers of singers, else the first with the most performances.

    Raises
    ------
    BadInputError
        No cut leaves two singers in every part.
    """
    enough = [cut for cut in possible if min(cut.singers) >= LEAST_SINGERS]
    if not enough:
        best = max(possible, key=lambda cut: sum(min(count, LEAST_SINGERS) for count in cut.singers))
        raise BadInputError(
            f"{source}: no cut of the songs leaves {LEAST_SINGERS} singers who sang all songs of their part: the best "
            f"has {_slashed(best.singers)} (train/validation/test); add recordings of more singers"
        )
    papers = [cut for cut in enough if cut.singers == PAPER_SINGERS]
    return papers[0] if papers else max(enough, key=lambda cut: cut.performances)


def tabulate(possible: Sequence[Cut]) -> pd.DataFrame:
    """Tabulate cuts, most performances first: validation_songs, train, validation, test, fit_both, performances.

    The training songs are the other six. Train, validation and test count singers; fit_both counts those of the
    training singers who sang the validation songs as well.
    """
    ordered = sorted(possible, key=lambda cut: -cut.performances)
    rows = [(", ".join(cut.validation_songs), *cut.singers, cut.fit_both, cut.performances) for cut in ordered]
    columns = ["validation_songs", "train", "validation", "test", "fit_both", "performances"]
    return pd.DataFrame(rows, columns=columns)


def _assign(once: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    of_song = dict.fromkeys(cut.train_songs, "train") | dict.fromkeys(cut.validation_songs, "validation")
    of_song |= dict.fromkeys(TEST, "test")
    of_singer = dict.fromkeys(cut.train, "train") | dict.fromkeys(cut.validation, "validation")
    of_singer |= dict.fromkeys(cut.test, "test")
    split = once["song"].map(of_song)
    return once.assign(split=split)[split == once["singer"].map(of_singer)]


def _read(source: Path) -> tuple[pd.DataFrame, int]:
    """Read the table: return its performances of the fourteen songs, and the number of those of other songs."""
    rows = read_table(source, ("path", "singer", "song"))[["path", "singer", "song"]]
    rows["recording"] = name_recordings(list(rows["path"]))
    raise_faults(row_faults(rows), str(source))
    title = {_key(song): song for song in (*TRAIN_OR_VALIDATION, *TEST)}
    known = rows["song"].map(_key).map(title)
    return rows.assign(song=known)[known.notna()], int(known.isna().sum())


def _key(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title).casefold().replace("7", "seven")
    return "".join(letter for letter in letters if letter.isalnum())


def _report(possible: Sequence[Cut], chosen: Cut, skipped: int, repeated: int) -> str:
    papers = sum(cut.singers == PAPER_SINGERS for cut in possible)
    return "\n".join(
        [
            f"{papers} of {len(possible)} cuts give the paper's {_slashed(PAPER_SINGERS)} singers",
            f"chosen: {_slashed(chosen.singers)} singers; train: {', '.join(chosen.train_songs)}; "
            f"validation: {', '.join(chosen.validation_songs)}; test: {', '.join(TEST)}",
            f"the {_LISTED} cuts with the most performances (train songs are the other six):",
            tabulate(possible).head(_LISTED).to_string(index=False),
            f"left out: {counted(skipped, 'recording')} of other songs, {counted(repeated, 'repeated performance')}",
        ]
    )


def _slashed(counts: tuple[int, ...]) -> str:
    return "/".join(map(str, counts))
