"""Checks of the corpus as an experiment: who sang what, and how it can be split (paper 3.1)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.corpora.schema import SPLITS, split_faults
from pipeline.corpora.splits.balanced import balance, trade_off
from pipeline.corpora.splits.by_singers import split_by_singers
from pipeline.corpora.splits.dealing import SingerShares, Triple, apportion
from pipeline.corpora.splits.partitions import Repertoire
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.validation.finding import Finding, Severity, name_some

# Songs of train, validation and test in the paper.
SONGS: Triple = (6, 4, 4)
# What `pipeline.errors.printable` writes for a letter that a line cannot hold, and zeros before a number.
ESCAPE, ZEROS = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])"), re.compile(r"(?<!\d)0+(?=\d)")
# SingerShares in which singers who fit several parts are dealt out: the pipeline's default.
SHARES: SingerShares = (0.5, 0.2, 0.3)


def check_singers(performances: pd.DataFrame, table: pd.DataFrame) -> list[Finding]:
    """Report the numbers of singers, songs and performances, singers of a single one and of none, and odd names.

    Parameters
    ----------
    performances : DataFrame
        Columns singer and, where known, song: those that can be used
        (`singing_style.validation.performances.foresee_performances`).
    table : DataFrame
        The roster's.
    """
    counts = performances["singer"].value_counts()
    findings = []
    if len(counts):
        songs = f", {counted(performances['song'].nunique(), 'song')}" if "song" in performances else ""
        each = f"{counts.min()} to {counts.max()}" if counts.min() < counts.max() else f"{counts.max()}"
        number = counted(len(performances), "performance")
        text = f"{counted(len(counts), 'singer')}{songs}, {number} that can be used ({each} per singer)"
        findings.append(Finding(Severity.NOTE, "singers", text))
    if lost := sorted(set(table["singer"]) - set(counts.index)):
        text = f"{counted(len(lost), 'singer has', 'singers have')} no recording that can be used ({name_some(lost)})"
        findings.append(Finding(Severity.WARNING, "singers", text))
    single = sorted(str(singer) for singer in counts.index[counts == 1])
    if single:
        text = f"{counted(len(single), 'singer has', 'singers have')} a single performance, so no other can find it "
        text += f"({name_some(single)})"
        findings.append(Finding(Severity.WARNING, "singers", text))
    return findings + _check_spelling_of_names(table)


def _check_spelling_of_names(table: pd.DataFrame) -> list[Finding]:
    """Report names that are probably one, and folders that are taken for one."""
    findings = []
    folders = table["path"].str.partition("/")[0] if "path" in table else table["singer"]
    own = folders[folders.map(_composed) == table["singer"]]
    forms = own.groupby(table["singer"]).nunique()
    if twice := sorted(forms.index[forms > 1]):
        text = f"folders whose names differ only in form of Unicode count as one singer: {name_some(twice)}"
        findings.append(Finding(Severity.NOTE, "singers", text))
    for column in [name for name in ("singer", "song") if name in table]:
        alike = table.groupby(table[column].map(_bare))[column].unique()
        ambiguous = [" / ".join(map(repr, names)) for names in alike if len(names) > 1]
        if ambiguous:
            text = (
                "names that differ only in case, blanks, punctuation, accents, zeros before a number or form of "
                f"Unicode count as different {column}s, and are probably one: {name_some(ambiguous)}; "
                "spell each one way"
            )
            findings.append(Finding(Severity.WARNING, f"{column}s", text))
    return findings


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _bare(name: str) -> str:
    """Return a name without what may differ by mistake."""
    letters = unicodedata.normalize("NFKD", ESCAPE.sub("", name)).casefold()
    # accents of Latin, Greek and Cyrillic letters; in other scripts marks are vowels
    plain = [letter for letter in letters if not "\u0300" <= letter <= "\u036f"]
    words = "".join(letter if letter.isalnum() or unicodedata.category(letter)[0] in "MS" else " " for letter in plain)
    # 1-11 and 11-1 are two
    return re.sub(r"(?<!\d) | (?!\d)", "", ZEROS.sub("", " ".join(words.split()))) or name


def check_splits(
    table: pd.DataFrame,
    songs: Triple,
    shares: SingerShares,
    seed: int,
    source: str,
    listed: pd.DataFrame | None = None,
) -> list[Finding]:
    """Report the parts of the corpus's own split, or which splits are possible if it has none.

    Parameters
    ----------
    table : DataFrame
        Columns singer; song and split where known; numbered as in `pipeline.corpora.table`. Only those that can be
        used by themselves: training joins no takes.
    songs : tuple of int
        Numbers of songs requested for train, validation and test.
    shares : tuple of float
        Shares in which singers who fit several parts are dealt out.
    seed : int
        Seed of the search, where there are too many splits to try all.
    source : str
        The manifest or the folder, for messages.
    listed : DataFrame, optional
        The same with those that cannot be used, whose faults stop the pipeline as well.
    """
    if table.empty:
        text = f"no recording of {source} can be used by itself, so no split can be made"
        return [Finding(Severity.STOP, "splits", text, training=True)]
    if "song" not in table:
        text = f"no songs are known in {source}, so no split can be made; write a manifest with a column song"
        return [Finding(Severity.STOP, "splits", text, training=True)]
    if "split" in table:
        faults = dict.fromkeys([*split_faults(table if listed is None else listed), *split_faults(table)])
        return _parts(table) + [Finding(Severity.STOP, "splits", fault, training=True) for fault in faults]
    return _possible(table, songs, shares, np.random.default_rng(seed), source)


def _parts(table: pd.DataFrame) -> list[Finding]:
    parts = []
    for split in SPLITS:
        part = table[table["split"] == split]
        whole = part["singer"].nunique() * part["song"].nunique()
        sung = len(part.drop_duplicates(["singer", "song"]))
        balanced = "balanced" if sung == whole else f"{sung} of {counted(whole, 'pair')} of singer and song"
        singers, songs = (counted(part[column].nunique(), column) for column in ("singer", "song"))
        parts.append(f"{split} {singers} x {songs} ({balanced})")
    return [Finding(Severity.NOTE, "splits", "; ".join(parts), training=True)]


def _possible(
    table: pd.DataFrame, songs: Triple, shares: SingerShares, rng: np.random.Generator, source: str
) -> list[Finding]:
    balance_rng, choices_rng, singers_rng = rng.spawn(3)
    named_shares = dict(zip(SPLITS, shares, strict=True))
    singers, fault = _balance(table, songs, named_shares, balance_rng, source)
    choices = _choices(table, songs, shares, choices_rng)
    findings = []
    if not fault:
        text = f"balanced, {_slashed(songs)} songs: {singers} singers"
        findings.append(Finding(Severity.NOTE, "splits", text, training=True))
    if len(choices):
        rows = [
            f"{row.songs} songs: {row.singers} singers, {row.performances} performances" for row in choices.itertuples()
        ]
        text = f"balanced splits that are possible: {'; '.join(rows)}"
        findings.append(Finding(Severity.NOTE, "splits", text, training=True))
        if fault:
            best = choices.iloc[int(choices["performances"].argmax())]["songs"]
            fault += f"; ask for {best} songs (corpus.manifest.songs)"
    if fault:
        findings.append(_by_singers(table, named_shares, singers_rng, source, fault, balanced=bool(len(choices))))
    return findings


def _balance(
    table: pd.DataFrame, songs: Triple, shares: Mapping[str, float], rng: np.random.Generator, source: str
) -> tuple[str, str]:
    """Return the numbers of singers of the requested balanced split, or what is missing for it."""
    have = table["song"].nunique()
    if sum(songs) > have:
        return "", f"{_slashed(songs)} songs need {sum(songs)} and there are {have}"
    try:
        split = balance(
            table, songs=dict(zip(SPLITS, songs, strict=True)), singer_shares=shares, rng=rng, source=source
        )
    except BadInputError as fault:
        return "", str(fault).removeprefix(f"{source}: ")
    return _slashed([len(split.singers[part]) for part in SPLITS]), ""


def _choices(table: pd.DataFrame, songs: Triple, shares: SingerShares, rng: np.random.Generator) -> pd.DataFrame:
    """Tabulate the balanced splits near the requested one or, if there are too few songs, near the possible ones."""
    repertoire = Repertoire(table)
    available = len(repertoire.songs)
    if available < len(SPLITS):
        return pd.DataFrame()
    train, validation, test = songs if sum(songs) <= available else apportion(available, songs)
    return trade_off(repertoire, (max(train, 1), max(validation, 1), max(test, 1)), shares, rng)


def _by_singers(
    table: pd.DataFrame,
    shares: Mapping[str, float],
    rng: np.random.Generator,
    source: str,
    fault: str,
    *,
    balanced: bool,
) -> Finding:
    """Report what a split by singers would keep, where the requested balanced split is not possible."""
    try:
        split = split_by_singers(table, singer_shares=shares, rng=rng, source=source)
    except BadInputError as impossible:
        reason = str(impossible).removeprefix(f"{source}: ")
        severity = Severity.WARNING if balanced else Severity.STOP
        text = f"{fault}; a split by singers is not possible: {reason}"
        return Finding(severity, "splits", text, training=True)
    singers = _slashed([len(split.singers[part]) for part in SPLITS])
    text = (
        f"{fault}; a split by singers would keep {len(split.assign(table))} of {counted(len(table), 'performance')} of "
        f"{singers} singers (corpus.manifest.split=by_singers)"
    )
    return Finding(Severity.WARNING, "splits", text, training=True)


def _slashed(counts: Sequence[int]) -> str:
    return "/".join(map(str, counts))
