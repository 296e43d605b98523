"""What to know about trials and vectors before their figures are believed, a line each."""

import numpy as np
from numpy.typing import NDArray

from pipeline.runtime.counting import counted
from singing_style.evaluation.figures import subsets
from singing_style.evaluation.trial_set import Mask, TrialSet

# Lengths of vectors that differ by more than this, from the 5th percentile to the 95th, deserve a remark.
WIDE = 2.0
# Intervals have been checked by simulation with more singers than this (`pipeline.analysis.bootstrap`).
FEW_SINGERS = 10


def remark_on_trials(found: TrialSet, intervals: bool) -> list[str]:
    """Report what is unusual about the trials.

    Parameters
    ----------
    found : TrialSet
    intervals : bool
        Whether singers are known.
    """
    remarks = []
    counts = {
        "pair a file with itself or its copy": found.same_file,
        "are a pair that was there before": found.repeated,
        "pair two segments of one recording": found.same("recording") & ~found.same_file,
        "pair two recordings of one song": found.trials.same_song & ~found.same_file & ~found.same("recording"),
    }
    for words, chosen in counts.items():
        if number := round(float(found.trials.weight[chosen].sum())):
            remarks.append(f"{number} of {counted(_whole(found), 'trial')} {words}: the strict ones do without them")
    if found.songs is None:
        heard = sum(bool(label.song) for label in found.labels)
        what = (
            f"songs of {counted(len(found.labels) - heard, 'recording')} are unknown" if heard else "songs are unknown"
        )
        remarks.append(f"{what}: strict trials may share the song; no figures by song")
    if not intervals:
        remarks.append(_why_no_intervals(found))
    elif found.singers is not None and (number := len(set(found.singers))) < FEW_SINGERS:
        remarks.append(
            f"{counted(number, 'singer')}: their intervals are rough, and without width where every draw is the same"
        )
    lacking = [f"{name} (no {kind})" for name, part in subsets(found).items() if (kind := _lacking(found, part))]
    if lacking:
        remarks.append(f"no figures of these trials: {', '.join(lacking)}")
    if np.any(found.trials.weight != 1):
        remarks.append(f"{len(found.trials)} of {counted(_whole(found), 'pair')} were drawn, and stand for all")
    return remarks


def remark_on_vectors(
    source: str, vectors: NDArray[np.float64], distance: str, apart: NDArray[np.float64], found: TrialSet
) -> list[str]:
    """Report what is unusual about vectors.

    Parameters
    ----------
    source : str
    vectors : ndarray of float64, shape (n, d)
        As they were given.
    distance : str
    apart : ndarray of float64, shape (m,)
        Distance of each trial.
    found : TrialSet
    """
    remarks = []
    if distance == "euclidean":
        lengths = np.linalg.norm(vectors, axis=1)
        if empty := int(np.count_nonzero(lengths == 0)):
            remarks.append(f"{source}: {empty} of {counted(len(lengths), 'vector')} have length zero")
        low, high = np.quantile(lengths[lengths > 0], [0.05, 0.95]) if np.any(lengths) else (1.0, 1.0)
        if high > WIDE * low:
            remarks.append(
                f"{source}: vectors are {low:.3g} to {high:.3g} long, which Euclidean distance counts as difference; "
                "try --distance cosine"
            )
    if same := int(np.count_nonzero((apart == 0) & ~found.same_file)):
        remarks.append(
            f"{source}: {counted(same, 'trial')} of different files with equal vectors: copies under two names?"
        )
    return remarks


def _lacking(found: TrialSet, part: Mask) -> str:
    """Name the kind of trial that a part lacks, if it lacks one."""
    kinds = found.trials.same_singer[part]
    if not len(kinds):
        return "such trials"
    return "impostors" if kinds.all() else "" if kinds.any() else "targets"


def _whole(found: TrialSet) -> int:
    return round(float(found.trials.weight.sum()))


def _why_no_intervals(found: TrialSet) -> str:
    unknown = [name for name, label in zip(found.names, found.labels, strict=True) if not label.singer]
    if len(unknown) == len(found.names):
        why = "singers are unknown"
    elif unknown:
        why = (
            f"the singers of {len(unknown)} of {counted(len(found.names), 'recording')} are unknown, such as that of "
            f"{unknown[0]}"
        )
    else:
        why = "there is only one singer"
    return f"{why}: no intervals and no rank; say who sings with --labelled or --singer-from"
