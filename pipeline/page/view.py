"""A view of the page: clips or performances on two maps, with their neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from pipeline.analysis.baselines import EMBEDDING
from pipeline.analysis.collection import Collection
from pipeline.analysis.projection import feasible_perplexity, project
from pipeline.page.plane import principal_plane
from pipeline.page.vectors import encode_vectors

VECTORS = (EMBEDDING, "baseline")
# Fewer points have no neighbourhoods that t-SNE could keep: their picture would be chance.
FEWEST_FOR_TSNE = 12
TSNE, PCA = "t-SNE", "PCA"
# So many singers, as many as there are colours, are named on the map; more would cover it.
FEW_SINGERS = 14
BLOCK_ROWS = 256
# Marks that there is no further neighbour.
NOBODY = -1


@dataclass(frozen=True)
class VectorView:
    """What the page shows of one kind of vectors.

    Attributes
    ----------
    layout : ndarray of float64, shape (n, 2)
    method : str
        ``t-SNE``; ``PCA`` if there are too few points for it.
    neighbours : ndarray of int, shape (n, count)
        Rows, nearest first; -1 where there is none.
    distances : ndarray of float64, shape (n, count)
        Their Euclidean distances; meaningless where there is none.
    """

    layout: NDArray[np.float64]
    method: str
    neighbours: NDArray[np.intp]
    distances: NDArray[np.float64]


def view_vectors(rows: Collection, generator: np.random.Generator, *, perplexity: float, neighbours: int) -> VectorView:
    """Project vectors, and find neighbours with same-song ones excluded; with a single song, other performances.

    Directions of a t-SNE mean nothing: of few singers it is turned so that its largest spread lies across the map.
    """
    method = TSNE if len(rows) >= FEWEST_FOR_TSNE else PCA
    if method == TSNE:
        layout = project(rows.vectors, feasible_perplexity(perplexity, len(rows)), generator)
        layout = principal_plane(layout) if has_few_singers(rows.singer) else layout
    else:
        layout = principal_plane(rows.vectors)
    excluded = rows.song if len(set(rows.song)) > 1 else rows.recording
    near = nearest_across(rows.vectors, rows.recording, excluded, neighbours)
    return VectorView(layout, method, near, distances_to(rows.vectors, near))


def has_few_singers(singers: NDArray[Any]) -> bool:
    """Return whether there are so few singers that each is named on the map."""
    return len(set(singers)) <= FEW_SINGERS


def distances_to(vectors: NDArray[np.float32], neighbours: NDArray[np.intp]) -> NDArray[np.float64]:
    """Compute the Euclidean distance of each row to each of its neighbours, in the shape of these."""
    exact = vectors.astype(np.float64)
    columns = [np.linalg.norm(exact - exact[column], axis=1) for column in neighbours.T]
    return np.stack(columns, axis=1) if columns else np.empty(neighbours.shape)


def sample_rows(rows: int, most: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """Return all rows, or a random sample of `most` rows in ascending order."""
    return np.arange(rows) if rows <= most else np.sort(generator.choice(rows, most, replace=False))


def describe_view(rows: Collection, recordings: Iterable[str], vector_views: dict[str, VectorView]) -> dict[str, Any]:
    """Assemble the data of a view for the page's scripts.

    Parameters
    ----------
    rows : Collection
        The clips or performances.
    recordings : iterable of str
        All recordings of the page, in its order.
    vector_views : dict
        By the name of the vectors; ``embedding``, whose vectors `rows` holds, and perhaps others.
    """
    place = {name: number for number, name in enumerate(recordings)}
    view: dict[str, Any] = {
        "recording": [place[name] for name in rows.recording.tolist()],
        "start": rows.start.tolist(),
        "vectors": encode_vectors(rows.vectors),
    }
    for name, seen in vector_views.items():
        near = seen.neighbours >= 0
        view[name] = {
            "x": seen.layout[:, 0].round(3).tolist(),
            "y": seen.layout[:, 1].round(3).tolist(),
            "method": seen.method,
            "neighbours": [row[known].tolist() for row, known in zip(seen.neighbours, near, strict=True)],
            "distances": [row[known].round(3).tolist() for row, known in zip(seen.distances, near, strict=True)],
        }
    return view


def nearest_across(
    vectors: NDArray[np.float32], performance: NDArray[Any], excluded: NDArray[Any], count: int
) -> NDArray[np.intp]:
    """Find each row's nearest neighbours, no two of them from the same performance.

    Clips overlap by 80 %: otherwise the five nearest would be a single place in a single performance.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    performance : ndarray, shape (n,)
        Performance of each row; of each performance only the nearest row counts.
    excluded : ndarray, shape (n,)
        Rows that share this value are never neighbours: the songs, to search across songs.
    count : int
        Number of neighbours.

    Returns
    -------
    ndarray of int, shape (n, count)
        Rows, nearest first, the lower row first at equal distance; -1 where there are no more.
    """
    owners, tags = np.unique(performance, return_inverse=True)[1], np.unique(excluded, return_inverse=True)[1]
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
