"""Evaluation of a large corpus: neighbours and retrieval of 25 000 performances, and the exact loss of many clips.

Each piece of work runs in a process of its own, which also tells the memory that it took beyond its inputs. Run from
the top folder: ``python -m benchmarks --only evaluation``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist, pdist, squareform
from sklearn.metrics import average_precision_score
from sklearn.neighbors import NearestNeighbors
from tqdm import tqdm

from benchmarks.alone import alone, held_mebibytes, peak_mebibytes
from benchmarks.ratio import seconds
from benchmarks.row import FASTER, Row
from pipeline.analysis.neighbours import outcomes
from pipeline.analysis.retrieval import retrieve
from pipeline.nn.objectives.loss import expected_pair_statistics

DIMENSIONS, EACH, MARGIN = 16, 5, 1.0
NEIGHBOURS = (1, 3, 5, 7)
# Queries of the plain retrieval, which is too slow for all.
QUERIES = 250
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Taken:
    """Seconds, and mebibytes beyond those held before."""

    seconds: float
    mebibytes: float


def measure(quick: bool) -> list[Row]:
    """Measure all three kinds of work."""
    performances, clips, repetitions = (500, 500, 1) if quick else (25_000, 10_000, 3)
    return [
        *_against(f"{max(NEIGHBOURS)} nearest of {performances} performances", neighbours, performances, repetitions),
        *_against(f"retrieval among {performances} performances", retrieval, performances, repetitions),
        *_against(f"exact loss of {clips} clips", exact_loss, clips, repetitions),
        *_growing_loss(clips, repetitions),
    ]


def neighbours(plain: bool, count: int) -> Taken:
    """Classify all performances by their neighbours."""
    vectors, labels = embedded(count)
    if plain:
        return taken(NearestNeighbors(n_neighbors=max(NEIGHBOURS), algorithm="brute").fit(vectors).kneighbors)
    return taken(lambda: outcomes(vectors, labels, NEIGHBOURS))


def retrieval(plain: bool, count: int) -> Taken:
    """Take the average precision of every query; the plain way of some, scaled to all."""
    vectors, labels = embedded(count)
    if not plain:
        return taken(lambda: retrieve(vectors, labels))
    queries = min(QUERIES, count)

    def rank() -> None:
        for row, distances in enumerate(cdist(vectors[:queries], vectors)):
            others = np.arange(count) != row
            average_precision_score(labels[others] == labels[row], -distances[others])

    some = taken(rank)
    return Taken(some.seconds * count / queries, some.mebibytes)


def exact_loss(plain: bool, count: int) -> Taken:
    """Take the contrastive loss over all pairs of clips."""
    vectors, labels = embedded(count)
    if not plain:
        return taken(lambda: expected_pair_statistics(vectors, labels, MARGIN))

    def all_at_once() -> float:
        distance = pdist(vectors, "sqeuclidean")
        same = ~squareform(labels[:, None] != labels[None, :], checks=False)
        hinge = np.maximum(MARGIN - distance[~same], 0)
        return float(0.25 * (distance[same].mean() + hinge.mean()))

    return taken(all_at_once)


PLAIN: dict[Callable[[bool, int], Taken], str] = {
    neighbours: "scikit-learn NearestNeighbors, brute force",
    retrieval: f"scipy cdist and scikit-learn average_precision_score, from {QUERIES} queries",
    exact_loss: "scipy pdist of all pairs at once",
}


def embedded(count: int) -> tuple[Vectors, NDArray[np.str_]]:
    """Draw vectors around as many centres as there are singers, five of each."""
    draws = np.random.default_rng(0)
    singers = np.arange(count) // EACH
    centres = draws.normal(size=(singers[-1] + 1, DIMENSIONS))
    vectors = centres[singers] + 0.3 * draws.normal(size=(count, DIMENSIONS))
    return (0.2 * vectors).astype(np.float32), singers.astype(str)


def taken(work: Callable[[], object]) -> Taken:
    """Do the work and tell what it took."""
    held = held_mebibytes()
    took = seconds(work)
    return Taken(took, peak_mebibytes() - held)


def _against(what: str, work: Callable[[bool, int], Taken], count: int, repetitions: int) -> list[Row]:
    """Do the work both ways in turns."""
    rounds = [
        (alone(work, True, count), alone(work, False, count))
        for _ in tqdm(range(repetitions), desc=what, unit=" rounds")
    ]
    against = PLAIN[work]
    return [
        Row.of(what, against, FASTER, [plain.seconds / ours.seconds for plain, ours in rounds]),
        Row.of(f"{what}: peak memory", "inputs alone", "MiB more", [ours.mebibytes for _, ours in rounds]),
        Row.of(f"{what}: peak memory, plain", "inputs alone", "MiB more", [plain.mebibytes for plain, _ in rounds]),
    ]


def _growing_loss(clips: int, repetitions: int) -> list[Row]:
    """Measure the exact loss of twice and four times the clips against that of the clips themselves."""
    rows = []
    for factor in tqdm((2, 4), desc="exact loss of more clips", unit=" sizes"):
        rounds = [
            (alone(exact_loss, False, clips), alone(exact_loss, False, factor * clips)) for _ in range(repetitions)
        ]
        what, against = f"exact loss of {factor * clips} clips", f"the same of {clips}"
        rows += [
            Row.of(what, against, "x the time", [more.seconds / once.seconds for once, more in rounds]),
            Row.of(f"{what}: peak memory", "inputs alone", "MiB more", [more.mebibytes for _, more in rounds]),
        ]
    return rows
