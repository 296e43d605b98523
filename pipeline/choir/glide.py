"""Glides: how pitch and vowel pass from one note to the next."""

import numpy as np
from numpy.typing import NDArray


def glide(
    times: NDArray[np.float64],
    boundaries: NDArray[np.float64],
    widths: NDArray[np.float64],
    values: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Go smoothly from value to value.

    Parameters
    ----------
    times : (times,) array
        When to read the curve, seconds.
    boundaries, widths : (notes - 1,) array
        The middle of each passage and how long it takes, seconds. Passages must not overlap.
    values : (notes, ...) array
        The value held on each note.

    Returns
    -------
    (times, ...) array
        Holds each note's value and passes to the next along a smooth step.
    """
    ends = np.stack([boundaries - widths / 2, boundaries + widths / 2], axis=1).ravel()
    place = np.interp(times, ends, np.repeat(np.arange(len(values)), 2)[1:-1]) if len(ends) else np.zeros(len(times))
    before = np.minimum(place.astype(int), len(values) - 1)
    after = np.minimum(before + 1, len(values) - 1)
    step = place - before
    step = (step**2 * (3 - 2 * step)).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[before] + step * (values[after] - values[before]), dtype=np.float64)
