"""A view of the page: clips or performances, laid out twice, with their neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from pipeline.analysis.collection import Collection
from pipeline.analysis.projection import FEWEST, feasible_perplexity, project

VECTORS = ("embedding", "baseline")
BLOCK_ROWS = 256
NOBODY = -1
"""Stands where there is no further neighbour."""


@dataclass(frozen=True)
class Seen:
    """What the page shows of one kind of vectors.

    Attributes
    ----------
    layout : ndarray of float64, shape (n, 2), or None
        t-SNE; None for fewer points than it needs.
    neighbours : ndarray of int, shape (n, count)
        Rows, nearest first; -1 where there is none.
    """

    layout: NDArray[np.float64] | None
    neighbours: NDArray[np.intp]


def see(rows: Collection, generator: np.random.Generator, *, perplexity: float, neighbours: int) -> Seen:
    """Lay vectors out and look for neighbours among other songs; with one song only, among other performances."""
    layout = None
    if len(rows) >= FEWEST:
        layout = project(rows.vectors, feasible_perplexity(perplexity, len(rows)), generator)
    barred = rows.song if len(set(rows.song)) > 1 else rows.recording
    return Seen(layout, nearest_across(rows.vectors, rows.recording, barred, neighbours))


def sample_rows(rows: int, most: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """Take all rows, or a random `most` of them in their order."""
    return np.arange(rows) if rows <= most else np.sort(generator.choice(rows, most, replace=False))


def describe_view(rows: Collection, recordings: Iterable[str], seen: dict[str, Seen]) -> dict[str, Any]:
    """Write a view for the page's script.

    Parameters
    ----------
    rows : Collection
        The clips or performances.
    recordings : iterable of str
        All recordings of the page, in its order.
    seen : dict
        ``embedding`` and ``baseline``.
    """
    place = {name: number for number, name in enumerate(recordings)}
    view: dict[str, Any] = {
        "recording": [place[name] for name in rows.recording.tolist()],
        "start": rows.start.tolist(),
    }
    for vectors in VECTORS:
        layout = seen[vectors].layout
        view[vectors] = {
            "x": None if layout is None else layout[:, 0].round(3).tolist(),
            "y": None if layout is None else layout[:, 1].round(3).tolist(),
            "neighbours": [[row for row in near if row >= 0] for near in seen[vectors].neighbours.tolist()],
        }
    return view


def nearest_across(
    vectors: NDArray[np.float32], performance: NDArray[Any], barred: NDArray[Any], count: int
) -> NDArray[np.intp]:
    """Find each row's nearest neighbours, no two of them from the same performance.

    Clips overlap by 80 %: without that rule the five nearest would be one place of one performance.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    performance : ndarray, shape (n,)
        Which performance a row belongs to; of each only the nearest row counts.
    barred : ndarray, shape (n,)
        Rows that share this value are never neighbours: the songs, to look across songs.
    count : int
        Neighbours wanted.

    Returns
    -------
    ndarray of int, shape (n, count)
        Rows, the nearest first, at equal distance the lower row first; -1 where there are no more.
    """
    owners, tags = np.unique(performance, return_inverse=True)[1], np.unique(barred, return_inverse=True)[1]
    found = np.full((len(vectors), count), NOBODY, np.intp)
    exact = vectors.astype(np.float64)
    for first in range(0, len(vectors), BLOCK_ROWS):
        distances = cdist(exact[first : first + BLOCK_ROWS], exact, "sqeuclidean")
        for row, near in enumerate(distances, first):
            allowed = np.flatnonzero(tags != tags[row])
            ranked = allowed[np.argsort(near[allowed], kind="stable")]
            nearest = ranked[np.sort(np.unique(owners[ranked], return_index=True)[1])][:count]
            found[row, : len(nearest)] = nearest
    return found
