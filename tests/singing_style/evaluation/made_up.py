"""Vectors of made-up singers and lists of trials among them."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_curve

from singing_style.evaluation.labels import Label
from singing_style.evaluation.named_vectors import Distance, NamedVectors
from singing_style.evaluation.trial_list import TrialList

Row = tuple[int, str, str]


def listed(*rows: Row) -> TrialList:
    """Make a list of rows: label, name, name."""
    target, first, second = zip(*rows, strict=True)
    return TrialList("list.txt", "voxceleb", first, second, np.array(target, bool))


def collection(
    singers: int = 6, songs: int = 3, takes: int = 2, *, noise: float = 0.7, seed: int = 0, source: str = "v.npz"
) -> NamedVectors:
    """Make vectors whose labels are known: s0/song0_0.wav and so on, men and women in turn."""
    generator = np.random.default_rng(seed)
    rows = [(who, what, take) for who in range(singers) for what in range(songs) for take in range(takes)]
    centres = np.random.default_rng(99).normal(size=(singers, 4))
    labels = {f"s{a}/song{b}_{c}.wav": Label(f"s{a}", f"song{b}", "", "mf"[a % 2]) for a, b, c in rows}
    vectors = centres[[who for who, _, _ in rows]] + noise * generator.normal(size=(len(rows), 4))
    return NamedVectors(source, tuple(labels), vectors, "euclidean", labels)


def on_a_line(distance: Distance = "euclidean", **places: float) -> NamedVectors:
    """Make vectors of one number, and a second one that is always 1."""
    return NamedVectors("v.npz", tuple(places), np.array([[x, 1.0] for x in places.values()]), distance)


def every_pair(names: Sequence[str]) -> list[Row]:
    """List all pairs of names; the singer is the folder."""
    return [
        (int(one.split("/")[0] == other.split("/")[0]), one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
    ]


def rate(target: list[int], distances: list[float]) -> float:
    """Compute the equal error rate by scikit-learn's curve, on straight lines between its points."""
    alarms, hits, _ = roc_curve(target, [-x for x in distances], drop_intermediate=False)
    along = np.linspace(0, len(alarms) - 1, 200_001)
    ahead = np.interp(along, np.arange(len(alarms)), 1 - hits - alarms)
    return float(np.interp(along[np.argmin(np.abs(ahead))], np.arange(len(alarms)), alarms))
