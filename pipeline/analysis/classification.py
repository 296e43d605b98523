"""Singer and song by nearest neighbours: accuracies of embedding and baseline, and their difference (section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.neighbours import outcomes

# By kind of vectors, task and k: whether each performance is classified rightly, shape (n,)
Right: TypeAlias = dict[str, dict[str, dict[int, NDArray[np.bool_]]]]


@dataclass(frozen=True, eq=False)
class Task:
    """One question put to the neighbours.

    Attributes
    ----------
    name : str
        `singer`, `singer_cross_song` or `song`.
    labels : ndarray of str, shape (n,)
        The class of each performance.
    excluded : ndarray of str, shape (n,), or None
        Performances that share this value are excluded from each other's neighbours.
    """

    name: str
    labels: Names
    excluded: Names | None = None


def tasks(performances: Collection) -> list[Task]:
    """Return the three questions that are asked of a collection of performances."""
    return [
        Task("singer", performances.singer),
        Task("singer_cross_song", performances.singer, excluded=performances.song),
        Task("song", performances.song),
    ]


def classify(performances: Mapping[str, Collection], questions: Sequence[Task], ks: Sequence[int]) -> Right:
    """Classify the same performances by each kind of vectors, for each task and k; see `outcomes`."""
    return {
        name: {task.name: outcomes(collection.vectors, task.labels, ks, task.excluded) for task in questions}
        for name, collection in performances.items()
    }


def accuracies(right: Right, bootstrap: Bootstrap) -> dict[str, dict[str, dict[int, Estimate]]]:
    """Estimate the share of performances classified rightly: by kind of vectors, task and k."""
    return {
        name: {task: {k: bootstrap.mean(hits) for k, hits in by_k.items()} for task, by_k in by_task.items()}
        for name, by_task in right.items()
    }


def gains(right: Right, bootstrap: Bootstrap, over: str = "baseline") -> dict[str, dict[int, Estimate]]:
    """Estimate by how much the embedding's accuracy exceeds that of other vectors on the same performances, -1 to 1.

    Parameters
    ----------
    right : Right
    bootstrap : Bootstrap
        Draws the same singers for both, so that the difference is paired.
    over : str, optional
        The other vectors.

    Returns
    -------
    dict of str to dict of int to Estimate
        By task and k.
    """
    return {
        task: {
            k: bootstrap.mean(hits.astype(np.float64) - right[over][task][k].astype(np.float64))
            for k, hits in by_k.items()
        }
        for task, by_k in right["embedding"].items()
    }


def disentanglement(
    right: Right, chance: Mapping[str, Mapping[int, float]], bootstrap: Bootstrap
) -> dict[str, Estimate]:
    """Estimate how much more the nearest neighbour reveals of the singer than of the song.

    The accuracy for singers above chance minus the accuracy for songs above chance, at k = 1:
    above 0 where vectors follow the singer, below 0 where they follow the song, 0 for random vectors.

    Parameters
    ----------
    right : Right
        With k = 1.
    chance : mapping
        By task and k.
    bootstrap : Bootstrap

    Returns
    -------
    dict of str to Estimate
        By kind of vectors; empty where singers or songs were not classified.
    """
    if not {"singer", "song"} <= set(chance):
        return {}
    by_chance = chance["singer"][1] - chance["song"][1]
    return {
        name: bootstrap.mean(tasks["singer"][1].astype(np.float64) - tasks["song"][1].astype(np.float64) - by_chance)
        for name, tasks in right.items()
    }


def tabulate(right: Right, performances: Collection) -> pd.DataFrame:
    """List every outcome: columns recording, singer, song, vectors, task, k and right (0 or 1)."""
    who = {name: getattr(performances, name) for name in ("recording", "singer", "song")}
    return pd.concat(
        [
            pd.DataFrame(who).assign(vectors=name, task=task, k=k, right=hits.astype(int))
            for name, by_task in right.items()
            for task, by_k in by_task.items()
            for k, hits in by_k.items()
        ]
        or [pd.DataFrame(columns=[*who, "vectors", "task", "k", "right"])],
        ignore_index=True,
    )
