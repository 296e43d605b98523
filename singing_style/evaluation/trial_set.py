"""The trials that are evaluated: rows instead of names, what is known of them, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import encode
from pipeline.analysis.trials import Trials, draw_trials
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.evaluation.labels import Label
from singing_style.evaluation.matching import plain
from singing_style.evaluation.named_vectors import some
from singing_style.evaluation.trial_list import TrialList

Mask = NDArray[np.bool_]
# Of one kind: of more than about 700 recordings, pairs are sampled.
MOST_TRIALS = 2**18


@dataclass(frozen=True, eq=False)
class TrialSet:
    """Trials of recordings.

    Attributes
    ----------
    source : str
        The list, or the labelled folder.
    names : tuple of str
        The recordings.
    trials : Trials
        Their rows; the first is the query. `same_song` holds where both songs are known and equal.
    labels : tuple of Label
        Of each recording.
    listed : bool
        Whether they are from a list, not all pairs.
    """

    source: str
    names: tuple[str, ...]
    trials: Trials
    labels: tuple[Label, ...]
    listed: bool
    contents: tuple[str, ...] = field(default=())

    @property
    def singers(self) -> NDArray[np.str_] | None:
        """Who sings each recording; None where nobody has said."""
        return self._known("singer")

    @property
    def songs(self) -> NDArray[np.str_] | None:
        """What is sung in each recording; None unless all are known."""
        return self._known("song")

    @property
    def songless(self) -> int:
        """How many recordings there are whose song is unknown."""
        return sum(not label.song for label in self.labels)

    def same(self, attribute: str) -> Mask:
        """Return the mask of the trials whose two sides are known to share an attribute."""
        values = np.array([getattr(label, attribute) for label in self.labels])
        return _same(values, self.trials)

    @cached_property
    def same_file(self) -> Mask:
        """Trials of a file with itself or with its copy."""
        copies = _same(np.array(self.contents), self.trials) if self.contents else False
        return np.asarray((self.trials.first == self.trials.second) | copies)

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """A number for the two recordings of each trial, in whatever order."""
        first, second = (side.astype(np.int64) for side in (self.trials.first, self.trials.second))
        return np.asarray(np.minimum(first, second) * len(self.names) + np.maximum(first, second))

    @cached_property
    def repeated(self) -> Mask:
        """Trials whose two recordings were a trial before, in either order."""
        _, places = np.unique(self.pairs, return_index=True)
        repeated = np.ones(len(self.trials), bool)
        repeated[places] = False
        return repeated

    def of(self, rows: Mask, contents: Sequence[str] = ()) -> "TrialSet":
        """Return the trials that have both sides among some recordings, and these alone."""
        inside = rows[self.trials.first] & rows[self.trials.second]
        place = np.cumsum(rows) - 1
        kept = self.trials[inside]
        moved = Trials(place[kept.first], place[kept.second], kept.same_singer, kept.same_song, kept.weight)
        names, labels = tuple(compress(self.names, rows)), tuple(compress(self.labels, rows))
        return TrialSet(self.source, names, moved, labels, self.listed, tuple(contents))

    def _known(self, attribute: str) -> NDArray[np.str_] | None:
        values = [getattr(label, attribute) for label in self.labels]
        return np.array(values) if values and all(values) else None


def listed_trials(listed: TrialList, labels: Mapping[str, Label]) -> TrialSet:
    """Build the trials of a list.

    Parameters
    ----------
    listed : TrialList
    labels : mapping of str to Label
        By name as written in the list; may lack names.

    Raises
    ------
    BadInputError
        Trials contradict each other or the singers, or are of one kind only.
    """
    names = list(dict.fromkeys(name for pair in zip(listed.first, listed.second, strict=True) for name in pair))
    spelt: dict[str, str] = {}
    for name in names:
        spelt.setdefault(plain(name), name)
    rows = {name: row for row, name in enumerate(spelt)}
    row_of = {name: rows[plain(name)] for name in names}
    first, second = (np.array([row_of[name] for name in side], np.intp) for side in (listed.first, listed.second))
    its = tuple(labels.get(name, Label()) for name in spelt.values())
    songs = np.array([label.song for label in its])
    blank = Trials(first, second, listed.target, np.zeros(len(listed), bool), np.ones(len(listed)))
    trials = Trials(first, second, listed.target, _same(songs, blank), blank.weight)
    found = TrialSet(listed.source, tuple(spelt.values()), trials, its, True)
    _check_contradictions(found)
    check_both_kinds(found)
    return found


def all_pairs(names: Sequence[str], labels: Mapping[str, Label], source: str, seed: int) -> TrialSet:
    """Pair all recordings of a labelled collection with each other.

    Parameters
    ----------
    names : sequence of str
        Each with a label that names the singer.
    labels : mapping of str to Label
    source : str
    seed : int
        Of the sample, where there are more than `MOST_TRIALS` pairs of a kind.

    Raises
    ------
    BadInputError
        There is one singer only, or each singer has one recording only.
    """
    its = tuple(labels[name] for name in names)
    singers = np.array([label.singer for label in its])
    if len(set(singers)) < 2:
        raise BadInputError(
            f"{source}: {counted(len(names), 'recording')} of 1 singer; an error rate needs two singers or more"
        )
    # an unknown song is nobody else's
    songs = np.array([f"known {label.song}" if label.song else str(row) for row, label in enumerate(its)])
    trials = draw_trials(encode(singers), encode(songs), MOST_TRIALS, np.random.default_rng(seed))
    if not trials.same_singer.any():
        raise BadInputError(
            f"{source}: {len(names)} recordings of as many singers; an error rate needs two recordings of a singer"
        )
    return TrialSet(source, tuple(names), trials, its, False)


def check_both_kinds(found: TrialSet) -> None:
    """Reject trials of one kind only."""
    targets = int(np.count_nonzero(found.trials.same_singer))
    others = len(found.trials) - targets
    if not targets or not others:
        have, lack = ("targets", "impostors") if targets else ("impostors", "targets")
        raise BadInputError(
            f"{found.source}: {counted(targets or others, 'trial')}, {have} only; an error rate needs {lack} as well"
        )


def _same(values: NDArray[np.str_], trials: Trials) -> Mask:
    return np.asarray((values[trials.first] == values[trials.second]) & (values[trials.first] != ""))


def _check_contradictions(found: TrialSet) -> None:
    trials, source = found.trials, found.source
    alone = (trials.first == trials.second) & ~trials.same_singer
    if alone.any():
        raise BadInputError(
            f"{source}: a file paired with itself as impostor, {some(_pairs(found, alone))}; correct such trials"
        )
    which = encode(found.pairs)
    targets, sizes = np.bincount(which, trials.same_singer), np.bincount(which)
    both = ((targets > 0) & (targets < sizes))[which]
    if both.any():
        raise BadInputError(
            f"{source}: listed both as targets and as impostors, {some(_pairs(found, both))}; correct such trials"
        )
    singers = np.array([label.singer for label in found.labels])
    known = (singers[trials.first] != "") & (singers[trials.second] != "")
    wrong = known & ((singers[trials.first] == singers[trials.second]) != trials.same_singer)
    if wrong.any():
        raise BadInputError(
            f"{source}: {some(_pairs(found, wrong))} of {counted(len(trials), 'trial')} contradict the singers that "
            "are known; correct the list, the labels or --singer-from"
        )


def _pairs(found: TrialSet, chosen: Mask) -> list[str]:
    sides = found.trials.first[chosen], found.trials.second[chosen]
    return [f"{found.names[one]} {found.names[two]}" for one, two in zip(*sides, strict=True)]
