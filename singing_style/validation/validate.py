"""All checks of a corpus, in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from pipeline.corpora.placement import follow
from pipeline.corpora.splits.dealing import SingerShares, Triple
from pipeline.errors import BadRecordingError
from pipeline.model.listening import Listening
from pipeline.runtime.recordings import LeftOut
from pipeline.runtime.workers import in_parallel
from singing_style.roster import Roster
from singing_style.validation.channel import check_channel
from singing_style.validation.checkup import Checkup, examine
from singing_style.validation.file_names import check_file_names
from singing_style.validation.finding import Finding, Severity
from singing_style.validation.performances import foresee_performances
from singing_style.validation.recordings import (
    check_duplicates,
    check_durations,
    check_formats,
    check_levels,
    check_links,
    check_passed_over,
    check_singing,
    check_spelling,
    check_usable,
)
from singing_style.validation.sound import check_bands, check_pitches, check_speech
from singing_style.validation.splits import SHARES, SONGS, check_singers, check_splits
from singing_style.validation.verdicts import check_verdicts, joining_pays

if TYPE_CHECKING:
    from singing_style.model import StyleModel

# Share of unusable recordings up to which the pipeline carries on: its default.
MAX_BAD_SHARE = 0.1
MEASURES = (
    "rate",
    "channels",
    "seconds",
    "peak_db",
    "level_db",
    "clipped_share",
    "click_db",
    "voiced_seconds",
    "sung_seconds",
    "clips",
    "lowest_hz",
    "highest_hz",
)


@dataclass(frozen=True, eq=False)
class Validation:
    """The result of checking a corpus.

    Attributes
    ----------
    source : Path
        The manifest or the folder.
    findings : list of Finding
    recordings : DataFrame
        One row per recording of the roster: recording, path, singer, song and split where known, the measurements
        (see `Checkup`), and fault, which is empty if the recording can be used by itself: by `singing-style index`
        and, but for noise, in training.
    short : int
        How many are not used because they hold too little singing; joined takes may.
    performances : DataFrame or None
        Those that the index will hold (`singing_style.validation.performances.foresee_performances`); None where the
        table cannot be used.
    joined : bool
        Whether takes are joined for it: that was asked for, or most are too short, and verdicts are not possible with
        single ones alone.
    """

    source: Path
    findings: list[Finding]
    recordings: pd.DataFrame
    short: int = 0
    performances: pd.DataFrame | None = None
    joined: bool = False

    @property
    def fit_to_index(self) -> bool:
        """Whether anything can be indexed."""
        return self.performances is not None and not self.performances.empty

    @property
    def stops(self) -> bool:
        """Whether the pipeline would stop on this corpus."""
        return any(finding.severity is Severity.STOP for finding in self.findings)


def validate(
    roster: Roster,
    *,
    model: "StyleModel | None" = None,
    listening: Listening | None = None,
    songs: Triple = SONGS,
    singer_shares: SingerShares = SHARES,
    max_bad_share: float = MAX_BAD_SHARE,
    join: bool = False,
    seed: int = 0,
    progress: bool = False,
) -> Validation:
    """Check a corpus: its table, every recording, duplicates, splits, and the recording channel.

    Parameters
    ----------
    roster : Roster
        From `singing_style.roster.read_roster`.
    model : StyleModel, optional
        Embeds what can be used, to name recordings that do not agree with the others of their singer; without it they
        are not looked for.
    listening : Listening, optional
        How to listen; by default as the model or else `StyleModel.load` does, so that `singing-style index` finds the
        same fit to use.
    songs : tuple of int, optional
        Numbers of songs for train, validation and test, if the corpus has no split.
    singer_shares : tuple of float, optional
        Shares in which singers who fit several parts are then dealt out.
    max_bad_share : float, optional
        Share of unusable recordings above which the pipeline stops, 0 to 1.
    join : bool, optional
        Join takes in any case; else where most are too short alone, and where that makes verdicts possible.
    seed : int, optional
        Seed of the searches and of the intervals over singers.
    progress : bool, optional
        Show a progress bar on standard error.
    """
    if roster.faults:
        faults = [Finding(Severity.STOP, "table", fault) for fault in roster.faults]
        return Validation(roster.source, faults, roster.table.assign(fault=""))
    listening = listening or _listening_of(model)
    named, roster = roster, _by_path(roster)
    checkups, left_out = _examine_all(roster, listening, progress)
    short = {name: reason for name, one in checkups.items() if (reason := one.refusal(listening))}
    foresee = partial(foresee_performances, roster.table, checkups, listening)
    single, together = foresee(join=False), foresee(join=True)
    join = join or (2 * len(short) > len(roster.table) and joining_pays(single, together))
    performances = together if join else single
    findings = _check_roster(roster, performances, left_out, max_bad_share, joined=join)
    if checkups:
        findings += _check_recordings(roster, checkups, listening, max_bad_share, seed, joined=join)
        usable = roster.table[roster.table["recording"].isin(checkups)]
        alone = usable[~usable["recording"].isin(short)]
        findings += check_splits(alone, songs, singer_shares, seed, str(roster.source), roster.table)
        if model is not None:
            from singing_style.validation.agreement import check_agreement  # and PyTorch

            findings += check_agreement(roster, usable if join else alone, model, join=join, progress=progress)
    table = _tabulate(named.table, checkups, {one.recording: one.reason for one in left_out} | short)
    return Validation(roster.source, findings, table, len(short), performances, join)


def _by_path(roster: Roster) -> Roster:
    """Let recordings go by their paths, by which people know them and every other command names them."""
    return replace(roster, table=roster.table.assign(recording=roster.table["path"]))


def _listening_of(model: "StyleModel | None") -> Listening:
    from singing_style.model import StyleModel  # and PyTorch, which nothing else here needs

    return (model or StyleModel.load()).listening


def _check_roster(
    roster: Roster, performances: pd.DataFrame, left_out: list[LeftOut], max_bad_share: float, *, joined: bool
) -> list[Finding]:
    return [
        *check_singers(performances, roster.table),
        *check_spelling(roster.respelt),
        *check_file_names(roster.table),
        *check_passed_over(roster.passed_over),
        *check_usable(len(roster.table), left_out, max_bad_share),
        *check_verdicts(performances, joined=joined),
    ]


def _check_recordings(
    roster: Roster,
    checkups: Mapping[str, Checkup],
    listening: Listening,
    max_bad_share: float,
    seed: int,
    *,
    joined: bool,
) -> list[Finding]:
    table = roster.table.set_index("recording", drop=False)
    return [
        *check_links(roster.folder.absolute(), dict(table.loc[list(checkups), "path"])),
        *check_durations(checkups, listening, joined=joined),
        *check_singing(checkups, listening, max_bad_share, joined=joined),
        *check_formats(checkups, dict(table["singer"]), listening),
        *check_levels(checkups),
        *check_bands(checkups, listening),
        *check_pitches(checkups),
        *check_speech(checkups),
        *check_duplicates(checkups, table),
        *check_channel(checkups, table, seed),
    ]


def _examine_all(roster: Roster, listening: Listening, progress: bool) -> tuple[dict[str, Checkup], list[LeftOut]]:
    names, paths = roster.table["recording"], roster.table["path"]
    calls = [(roster.folder.absolute(), path, listening) for path in paths]
    outcomes = in_parallel(_attempt, calls)
    bar: Iterable[Checkup | str] = tqdm(
        outcomes, total=len(calls), desc="listening", unit=" recordings", mininterval=1.0, disable=not progress
    )
    checkups: dict[str, Checkup] = {}
    left_out = []
    for name, outcome in zip(names, bar, strict=True):
        if isinstance(outcome, Checkup):
            checkups[name] = outcome
        else:
            left_out.append(LeftOut(name, outcome))
    return checkups, left_out


def _attempt(folder: Path, path: str, listening: Listening) -> Checkup | str:
    """Examine one recording with one thread, or return why it cannot be used."""
    try:
        with threadpool_limits(1):
            return examine(follow(folder, path), listening)
    except BadRecordingError as fault:
        return str(fault).removeprefix(f"{path}: ")  # which stands before it anyway


def _tabulate(table: pd.DataFrame, checkups: Mapping[str, Checkup], faults: Mapping[str, str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {name: getattr(checkups[path], name) if path in checkups else np.nan for name in MEASURES}
        | {"fault": faults.get(path, "")}
        for path in table["path"]
    ]
    return pd.concat([table.reset_index(drop=True), pd.DataFrame(rows)], axis=1)
