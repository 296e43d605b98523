"""Evaluation of a large corpus: neighbours, retrieval and verification of performances, the exact loss of many clips.

Each piece of work runs in a process of its own, which also tells the memory that it took beyond its inputs. Run from
the top folder: ``python -m benchmarks --only evaluation``.
"""

from collections.abc import Callable, Sequence
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
from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.conditions import CONDITIONS
from pipeline.analysis.error_curve import ErrorCurve, equal_error_rate, min_detection_cost
from pipeline.analysis.evaluation import MOST_TRIALS
from pipeline.analysis.neighbours import outcomes
from pipeline.analysis.retrieval import retrieve
from pipeline.analysis.trials import Trials, draw_trials, pair_distances
from pipeline.analysis.verification import verify
from pipeline.nn.objectives.loss import expected_pair_statistics

DIMENSIONS, EACH, MARGIN = 16, 5, 1.0
# Of embeddings larger than the paper's.
WIDE = 64
NEIGHBOURS = (1, 3, 5, 7)
# Queries of the plain retrieval, which is too slow for all.
QUERIES = 250
# Draws of singers in verification, and those that the plain way takes, which is too slow for all.
DRAWS, PLAIN_DRAWS = 2000, 50
TARGET_PRIOR = 0.01
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Taken:
    """Seconds, and mebibytes beyond those held before."""

    seconds: float
    mebibytes: float


def measure(quick: bool) -> list[Row]:
    """Measure each kind of work, and how some of it grows."""
    performances, verified, clips, repetitions = (500, 80, 500, 1) if quick else (25_000, 320, 10_000, 3)
    nearest = f"{max(NEIGHBOURS)} nearest of {{}} performances"
    wide = f"{nearest} in {WIDE} dimensions"
    return [
        *_against(nearest.format(performances), neighbours, performances, repetitions, at_least=1),
        *_against(wide.format(performances), wide_neighbours, performances, repetitions, at_least=1),
        # Once is enough: it takes minutes.
        *_growing(wide, wide_neighbours, performances, (10,), 1),
        *_against(f"retrieval among {performances} performances", retrieval, performances, repetitions),
        *_against(
            f"verification of {verified} performances in {DRAWS} draws",
            verification,
            verified,
            repetitions,
            at_least=10,
        ),
        *_against(f"exact loss of {clips} clips", exact_loss, clips, repetitions),
        *_growing("exact loss of {} clips", exact_loss, clips, (2, 4), repetitions),
    ]


def neighbours(plain: bool, count: int, dimensions: int = DIMENSIONS) -> Taken:
    """Classify all performances by their neighbours."""
    vectors, labels = embedded(count, dimensions)
    if plain:
        return taken(NearestNeighbors(n_neighbors=max(NEIGHBOURS), algorithm="brute").fit(vectors).kneighbors)
    return taken(lambda: outcomes(vectors, labels, NEIGHBOURS))


def wide_neighbours(plain: bool, count: int) -> Taken:
    """Classify all performances by their neighbours in more dimensions."""
    return neighbours(plain, count, WIDE)


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


def verification(plain: bool, count: int) -> Taken:
    """Take the errors of all draws of singers; the plain way of some, scaled to all."""
    vectors, labels = embedded(count)
    song = np.arange(count) % EACH
    trials = draw_trials(labels, song, MOST_TRIALS, np.random.default_rng(0))
    bootstrap = Bootstrap.over(labels, PLAIN_DRAWS if plain else DRAWS, 0.95, np.random.default_rng(1))
    distances = pair_distances(vectors, trials)
    if not plain:
        return taken(lambda: verify(distances, trials, bootstrap, TARGET_PRIOR))
    some = taken(lambda: _verify_by_draw(distances, trials, bootstrap))
    return Taken(some.seconds * DRAWS / PLAIN_DRAWS, some.mebibytes)


def _verify_by_draw(distances: NDArray[np.float64], trials: Trials, bootstrap: Bootstrap) -> None:
    """Weigh all trials of each condition in each draw, and go through all thresholds."""
    singers = [bootstrap.codes[rows] for rows in (trials.first, trials.second)]
    for songs in CONDITIONS.values():
        admitted = [np.full(len(trials), True) if song is None else trials.same_song == song for song in songs]
        chosen = np.where(trials.same_singer, *admitted)
        target = trials.same_singer[chosen]
        if target.all() or not target.any():
            continue
        curve, (one, two) = ErrorCurve(-distances[chosen], target), (codes[chosen] for codes in singers)
        for counts in bootstrap.counts:
            rates = curve.rates(trials.weight[chosen] * counts[one] * np.where(target, 1, counts[two]))
            equal_error_rate(*rates)
            min_detection_cost(*rates, TARGET_PRIOR)


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
    wide_neighbours: "scikit-learn NearestNeighbors, brute force",
    retrieval: f"scipy cdist and scikit-learn average_precision_score, from {QUERIES} queries",
    verification: f"every trial in every draw, from {PLAIN_DRAWS} draws",
    exact_loss: "scipy pdist of all pairs at once",
}


def embedded(count: int, dimensions: int = DIMENSIONS) -> tuple[Vectors, NDArray[np.str_]]:
    """Draw vectors around as many centres as there are singers, five of each."""
    draws = np.random.default_rng(0)
    singers = np.arange(count) // EACH
    centres = draws.normal(size=(singers[-1] + 1, dimensions))
    vectors = centres[singers] + 0.3 * draws.normal(size=(count, dimensions))
    return (0.2 * vectors).astype(np.float32), singers.astype(str)


def taken(work: Callable[[], object]) -> Taken:
    """Do the work and tell what it took."""
    held = held_mebibytes()
    took = seconds(work)
    return Taken(took, peak_mebibytes() - held)


def _against(
    what: str, work: Callable[[bool, int], Taken], count: int, repetitions: int, at_least: float | None = None
) -> list[Row]:
    """Do the work both ways in turns."""
    rounds = [
        (alone(work, True, count), alone(work, False, count))
        for _ in tqdm(range(repetitions), desc=what, unit=" rounds")
    ]
    against = PLAIN[work]
    ratios = [plain.seconds / ours.seconds for plain, ours in rounds]
    return [
        Row.of(what, against, FASTER, ratios).should(be_at_least=at_least),
        Row.of(f"{what}: peak memory", "inputs alone", "MiB more", [ours.mebibytes for _, ours in rounds]),
        Row.of(f"{what}: peak memory, plain", "inputs alone", "MiB more", [plain.mebibytes for plain, _ in rounds]),
    ]


def _growing(
    what: str, work: Callable[[bool, int], Taken], count: int, factors: Sequence[int], repetitions: int
) -> list[Row]:
    """Measure work on some multiples of an amount against that on the amount itself."""
    rows = []
    for factor in tqdm(factors, desc=what.format("more"), unit=" sizes"):
        rounds = [(alone(work, False, count), alone(work, False, factor * count)) for _ in range(repetitions)]
        more, against = what.format(factor * count), f"the same of {count}"
        rows += [
            Row.of(more, against, "x the time", [much.seconds / once.seconds for once, much in rounds]),
            Row.of(f"{more}: peak memory", "inputs alone", "MiB more", [much.mebibytes for _, much in rounds]),
        ]
    return rows
