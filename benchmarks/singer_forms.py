"""Other ways to represent a singer than by the lines between performances, for `benchmarks.answers` to compare."""

import numpy as np
from numpy.typing import NDArray

from singing_style.span import NearestPoints, Numbers, nearest_points


def to_mean(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Take a singer for the mean of their performances."""
    allowed = np.isfinite(squared)
    means = np.stack([vectors[row].mean(axis=0) if row.any() else vectors[0] for row in allowed])
    # the query's place is not handed on, but its distance from a mean follows from those from the points (Huygens)
    scatter = np.array(
        [
            np.square(vectors[row] - mean).sum(1).mean() if row.any() else 0
            for row, mean in zip(allowed, means, strict=True)
        ]
    )
    away = np.where(allowed, squared, 0).sum(axis=1) / np.maximum(allowed.sum(axis=1), 1) - scatter
    distances = np.where(allowed.any(axis=1), np.sqrt(np.maximum(away, 0)), np.inf)
    return NearestPoints(distances, squared.argmin(axis=1), squared.argmin(axis=1))


def to_three(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Take the mean distance from the three nearest performances, or from all of fewer."""
    nearest = np.sort(squared, axis=1)[:, :3]
    allowed = np.isfinite(nearest)
    total = np.sqrt(np.where(allowed, nearest, 0)).sum(axis=1)
    distances = np.where(allowed.any(axis=1), total / np.maximum(allowed.sum(axis=1), 1), np.inf)
    return NearestPoints(distances, squared.argmin(axis=1), squared.argmin(axis=1))


def to_nearest(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Take the distance from the nearest performance."""
    return NearestPoints(np.sqrt(squared.min(axis=1)), squared.argmin(axis=1), squared.argmin(axis=1))


# Each as `singing_style.span.nearest_points` takes the lines between performances.
WAYS = {"lines": nearest_points, "nearest": to_nearest, "nearest_three": to_three, "mean": to_mean}
