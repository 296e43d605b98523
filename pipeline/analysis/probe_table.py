"""Results of the probes and of the channel audit: a row for each target and kind of vectors, or why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.analysis.channel_audit import accuracy, chance_share, nearest_is_same_singer
from pipeline.analysis.class_probe import balanced_accuracy, classify_held_out, learnable, why_unlearnable
from pipeline.analysis.collection import Collection
from pipeline.analysis.leave_one_out import Labels
from pipeline.analysis.neighbours import why_unanswerable
from pipeline.analysis.probe import LEAST_SINGERS, deal_folds, read_number, why_unreadable
from pipeline.runtime.counting import counted

FOLDS, SINGERS = 0, 1


@dataclass(frozen=True)
class Draws:
    """How singers are drawn: seed, number of folds (at least 3), bootstrap samples.

    Each target starts from the same seed, so that targets known for the same singers share folds and samples.
    """

    seed: Sequence[int]
    folds: int
    samples: int

    def generator(self, purpose: int) -> np.random.Generator:
        """Return the generator of a purpose: to assign `FOLDS` or to draw `SINGERS`."""
        return np.random.default_rng([*self.seed, purpose])


@dataclass(frozen=True)
class ProbeResult:
    """One score, with its 95 % interval over singers.

    Attributes
    ----------
    target, vectors : str
        What was predicted, and from which kind of vectors.
    measure : {"r2", "balanced_accuracy", "accuracy"}
    level : {"clip", "performance", "singer"}
        What counts as one point.
    value, low, high : float
    chance : float
        The score without any knowledge.
    points, singers : int
    """

    target: str
    vectors: str
    measure: str
    level: str
    value: float
    low: float
    high: float
    chance: float
    points: int
    singers: int


@dataclass(frozen=True)
class ProbeResults:
    """Scores, and for each target without a score the reason."""

    rows: list[ProbeResult] = field(default_factory=list)
    not_shown: dict[str, str] = field(default_factory=dict)

    def __add__(self, other: "ProbeResults") -> "ProbeResults":
        return ProbeResults(self.rows + other.rows, self.not_shown | other.not_shown)

    def value(self, target: str, vectors: str) -> float | None:
        """Return a score, or None where there is none."""
        return next((row.value for row in self.rows if (row.target, row.vectors) == (target, vectors)), None)


def probe_numbers(
    collections: Mapping[str, Collection], targets: pd.DataFrame, level: str, draws: Draws
) -> ProbeResults:
    """Predict numbers from vectors by linear probes (R2, out of fold).

    Parameters
    ----------
    collections : mapping of str to Collection
        Kinds of vectors, of the same rows.
    targets : DataFrame
        One column per target, row by row; NaN where it is not known.
    level : str
        What a row is. A target that is constant for every singer is judged by one point per singer instead.
    draws : Draws
    """
    found = ProbeResults()
    singer = next(iter(collections.values())).singer
    for name in targets.columns:
        target = targets[name].to_numpy(np.float64)
        reason = why_unreadable(target, singer)
        if reason:
            found.not_shown[str(name)] = reason
            continue
        known = np.isfinite(target)
        by_singer = _constant_by(target[known], singer[known])
        unit = singer if by_singer else np.arange(len(singer))
        for vectors, collection in collections.items():
            reading = read_number(
                collection.vectors,
                target,
                singer,
                unit,
                folds=draws.folds,
                draws=draws.samples,
                fold_generator=draws.generator(FOLDS),
                draw_generator=draws.generator(SINGERS),
            )
            found.rows.append(
                ProbeResult(
                    str(name),
                    vectors,
                    "r2",
                    "singer" if by_singer else level,
                    *reading,
                    chance=0.0,
                    points=len(np.unique(unit[known])),
                    singers=len(np.unique(singer[known])),
                )
            )
    return found


def probe_classes(collections: Mapping[str, Collection], targets: pd.DataFrame, draws: Draws) -> ProbeResults:
    """Predict words from vectors of performances by linear probes (balanced accuracy, out of fold).

    Parameters
    ----------
    collections, draws
        As in `probe_numbers`.
    targets : DataFrame
        Text; empty where it is not known.
    """
    found = ProbeResults()
    for name in targets.columns:
        words = targets[name].to_numpy(np.str_)
        singer = next(iter(collections.values())).singer
        rows = learnable(words, singer)
        words, singer = words[rows], singer[rows]
        reason = why_unlearnable(words, singer)
        if reason:
            found.not_shown[str(name)] = reason
            continue
        fold = deal_folds(singer, draws.folds, draws.generator(FOLDS))
        for vectors, collection in collections.items():
            guessed = classify_held_out(collection.vectors[rows], words, fold)
            reading = balanced_accuracy(words, guessed, singer, draws.samples, draws.generator(SINGERS))
            chance, singers = 1 / len(np.unique(words)), len(np.unique(singer))
            found.rows.append(
                ProbeResult(
                    str(name), vectors, "balanced_accuracy", "performance", *reading, chance, len(words), singers
                )
            )
    return found


def audit_channel(collections: Mapping[str, Collection], draws: Draws) -> ProbeResults:
    """Find the singer by the nearest performance of another song, in every kind of vectors.

    Parameters
    ----------
    collections : mapping of str to Collection
        Kinds of vectors of performances; each may lack some.
    draws : Draws
    """
    found = ProbeResults()
    for vectors, rows in collections.items():
        reason = why_unauditable(rows.singer, rows.song)
        if reason:
            found.not_shown[f"singer from {vectors}"] = reason
            continue
        right = nearest_is_same_singer(rows.vectors, rows.singer, rows.song)
        reading = accuracy(right, rows.singer, draws.samples, draws.generator(SINGERS))
        chance, singers = chance_share(rows.singer, rows.song), len(set(rows.singer))
        found.rows.append(
            ProbeResult("singer", vectors, "accuracy", "performance", *reading, chance, len(rows), singers)
        )
    return found


def why_unauditable(singer: Labels, song: Labels) -> str | None:
    """Explain why singers cannot be identified by other songs; None where they can."""
    singers = len(np.unique(singer))
    if singers < LEAST_SINGERS:
        return f"{counted(singers, 'singer')}, {LEAST_SINGERS} are needed"
    return why_unanswerable(singer, song)


def _constant_by(target: Labels, singer: Labels) -> bool:
    first, row = np.unique(singer, return_index=True, return_inverse=True)[1:]
    return bool(np.all(target == target[first][row]))
