"""How often a model errs about who sings, on somebody's own trials, beside the vectors of others."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.trials import pair_distances
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.evaluation.figures import ALL, STRICT, Figures, classes, measure_trials, over_singers, subsets
from singing_style.evaluation.labels import Label
from singing_style.evaluation.matching import Matching, match, plain, suggest_root
from singing_style.evaluation.named_vectors import Distance, NamedVectors, compared, some
from singing_style.evaluation.remarks import remark_on_trials, remark_on_vectors
from singing_style.evaluation.trial_list import TrialList
from singing_style.evaluation.trial_set import Mask, TrialSet, all_pairs, check_both_kinds, listed_trials

DRAWS, SEED = 2000, 0
THE_MODEL = "the model"


@dataclass(frozen=True, eq=False)
class Measured:
    """One set of vectors.

    Attributes
    ----------
    source : str
    distance : str
        ``cosine`` or ``euclidean``.
    way : str
        How its names were found, in words.
    figures : dict of str to Figures
        By the trials they are of: all, strict, and others where sex or songs are known.
    classes : dict of str to (int, float)
        By what the two sides share: pairs, and the median of their distances.
    called : str
        What to call the vectors in a sentence: the source or, where one model's alone are measured, the model.
    """

    source: str
    distance: Distance
    way: str
    figures: dict[str, Figures]
    classes: dict[str, tuple[int, float]]
    called: str


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The answer.

    Attributes
    ----------
    source : str
        The list of trials, or the labelled collection of which all pairs were made.
    layout : str
        The list's format; ``all pairs`` without a list.
    recordings, singers : int
        How many there are; 0 singers where they are unknown.
    measured : list of Measured
        One for each set of vectors, in the order given.
    differences : dict of (str, str) to dict of str to Estimate
        By how much the figures of the first exceed those of the second, on `main`; draws are paired.
    left_out : int
        Trials without vectors, left out on request or because a recording could not be used.
    remarks : list of str
        What to know about the trials and the vectors.
    songless : int
        Recordings whose song is unknown: strict trials may pair two of one song.
    """

    source: str
    layout: str
    recordings: int
    singers: int
    measured: list[Measured]
    differences: dict[tuple[str, str], dict[str, Estimate]]
    left_out: int
    remarks: list[str]
    songless: int = 0

    @property
    def main(self) -> str:
        """The trials that the answer is about: the strict ones, or all where these lack a kind."""
        return STRICT if STRICT in self.measured[0].figures else ALL


def evaluate(
    vectors: NamedVectors | Sequence[NamedVectors],
    trials: TrialList | None = None,
    labels: Mapping[str, Label] | None = None,
    *,
    roots: Iterable[Path | str] = (),
    distance: Distance | None = None,
    skip_missing: bool = False,
    without: Collection[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Evaluation:
    """Measure vectors on a list of trials, or on all pairs of a labelled collection.

    Parameters
    ----------
    vectors : NamedVectors or sequence of NamedVectors
        See `singing_style.read_vectors`; several are compared on the same trials.
    trials : TrialList, optional
        See `singing_style.read_trials`. By default all pairs of the labelled recordings.
    labels : mapping of str to Label, optional
        See `singing_style.read_labels`. By default those of the vectors, if they have any. Without the singers there
        are no intervals.
    roots : iterable of path, optional
        Folders that names may begin with on one side and not on the other.
    distance : {"cosine", "euclidean"}, optional
        By default each model's own.
    skip_missing : bool, optional
        Leave out trials without vectors; by default they are a fault.
    without : collection of str, optional
        Names, as the list writes them, whose trials are left out anyway: of recordings that could not be used.
    draws, seed : int, optional
        Of the bootstrap over singers.

    Raises
    ------
    BadInputError
        Trials and vectors do not fit, or hold what cannot be measured; the message says what and how to mend it.
    """
    sets = _checked_sets(vectors)
    roots = list(roots)
    found = _find_trials(sets, trials, labels, roots, seed)
    matchings = [match(found.names, its.names, roots, its.source) for its in sets]
    _check_complete(found, sets, matchings, without, skip=skip_missing)
    present = np.all([matching.rows >= 0 for matching in matchings], axis=0)
    kept = _keep(found, present, _contents(sets, matchings, present))
    bootstrap = over_singers(kept, draws, seed)
    remarks = remark_on_trials(kept, bootstrap is not None)
    measured = []
    for its, matching in zip(sets, matchings, strict=True):
        rows = its.vectors[matching.rows[present]]
        its_own, remarked = _measure_set(its, rows, matching.way, distance or its.distance, kept, bootstrap, seed)
        measured.append(its_own)
        remarks += remarked
    layout = trials.layout if trials else "all pairs"
    left_out = len(found.trials) - len(kept.trials)
    counts = len(kept.names), 0 if kept.singers is None else len(set(kept.singers))
    evaluation = Evaluation(kept.source, layout, *counts, measured, {}, left_out, remarks, kept.songless)
    evaluation.differences.update(_differences(measured, evaluation.main, bootstrap))
    return evaluation


def _checked_sets(vectors: NamedVectors | Sequence[NamedVectors]) -> list[NamedVectors]:
    """List the sets of vectors, of which there must be one, and none twice."""
    sets = [vectors] if isinstance(vectors, NamedVectors) else list(vectors)
    if not sets:
        raise BadInputError("no vectors; name a file of vectors, or a folder of recordings")
    twice = [source for source, count in Counter(its.source for its in sets).items() if count > 1]
    if twice:
        raise BadInputError(f"{twice[0]}: given twice; name each once")
    # of several models none is the model
    return sets if sum(its.by_model for its in sets) < 2 else [replace(its, by_model=False) for its in sets]


def _contents(sets: Sequence[NamedVectors], matchings: Sequence[Matching], present: Mask) -> list[str]:
    """Return the hashes of the recordings' files, from the first vectors that know them."""
    for its, matching in zip(sets, matchings, strict=True):
        if its.contents:
            return [its.contents[row] for row in matching.rows[present]]
    return []


def _find_trials(
    sets: Sequence[NamedVectors],
    trials: TrialList | None,
    labels: Mapping[str, Label] | None,
    roots: Sequence[Path | str],
    seed: int,
) -> TrialSet:
    first = next((its for its in sets if its.labels), sets[0])
    known = first.labels if labels is None else labels
    if trials is None:
        nameless = [name for name, label in known.items() if not label.singer]
        if not known or nameless:
            raise BadInputError(
                f"{first.source}: nothing says who sings{f' {some(nameless)}' if nameless else ''}; pass --trials "
                "LIST, --labelled FOLDER or --singer-from"
            )
        return all_pairs(list(known), known, first.source, seed)
    wanted = list(dict.fromkeys([*trials.first, *trials.second]))
    places = match(wanted, list(known), roots, "labels").rows
    by_row = list(known.values())
    return listed_trials(trials, {name: by_row[row] for name, row in zip(wanted, places, strict=True) if row >= 0})


def _check_complete(
    found: TrialSet,
    sets: Sequence[NamedVectors],
    matchings: Sequence[Matching],
    without: Collection[str],
    *,
    skip: bool,
) -> None:
    """Reject missing vectors; where some may be skipped, that all are missing."""
    unusable = set(map(plain, without))
    for its, matching in zip(sets, matchings, strict=True):
        missing = [name for name, row in zip(found.names, matching.rows, strict=True) if row < 0]
        missing = [name for name in missing if plain(name) not in unusable]
        if not missing or (skip and len(missing) < len(found.names)):
            continue
        root = suggest_root(missing[0], its.names)
        mend = f"try --root {root}" if root else f"it holds such as {its.names[0]}; correct the names"
        raise BadInputError(
            f"{found.source}: no vectors for {some(missing)} of {counted(len(found.names), 'recording')} in "
            f"{its.source}; {mend}, or leave their trials out with --skip-missing"
        )


def _distances(vectors: NDArray[np.float64], found: TrialSet, source: str) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        apart = pair_distances(vectors, found.trials)
    if not np.isfinite(apart).all():
        raise BadInputError(f"{source}: numbers so large that distances overflow; scale the vectors")
    return apart


def _keep(found: TrialSet, present: Mask, contents: Sequence[str]) -> TrialSet:
    """Keep the trials of the recordings that are present; reject a list of which nothing can be measured."""
    kept = found.of(present, list(contents))
    if not len(kept.trials):
        raise BadInputError(
            f"{found.source}: none of its {counted(len(found.trials), 'trial')} has vectors on both sides"
        )
    check_both_kinds(kept)
    return kept


def _measure_set(
    its: NamedVectors,
    rows: NDArray[np.float64],
    way: str,
    distance: Distance,
    kept: TrialSet,
    bootstrap: Bootstrap | None,
    seed: int,
) -> tuple[Measured, list[str]]:
    """Measure one set of vectors, of which there is a row for each recording, and remark on what is odd about it."""
    used = compared(its.source, kept.names, rows, distance)
    apart = _distances(used, kept, its.source)
    figures = measure_trials(used, apart, kept, subsets(kept), bootstrap, seed)
    remarks = remark_on_vectors(its.source, rows, distance, apart, kept)
    called = THE_MODEL if its.by_model else its.source
    return Measured(its.source, distance, way, figures, classes(apart, kept), called), remarks


def _differences(
    measured: Sequence[Measured], main: str, bootstrap: Bootstrap | None
) -> dict[tuple[str, str], dict[str, Estimate]]:
    """Subtract the figures of each set from those of each later one."""
    differences = {}
    for one, other in combinations(measured, 2):
        ours, theirs = (some_.figures[main].measures() for some_ in (one, other))
        differences[other.source, one.source] = {
            name: _difference(theirs[name], ours[name], bootstrap) for name in ours
        }
    return differences


def _difference(
    one: tuple[Estimate, NDArray[np.float64]], other: tuple[Estimate, NDArray[np.float64]], bootstrap: Bootstrap | None
) -> Estimate:
    value = one[0].value - other[0].value
    return bootstrap.estimate(value, one[1] - other[1]) if bootstrap else Estimate(value, np.nan, np.nan)
