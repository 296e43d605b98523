"""The plane of largest spread: where few vectors are laid out, since t-SNE needs neighbourhoods to keep."""

import numpy as np
from numpy.typing import NDArray


def principal_plane(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Project vectors onto their first two principal components.

    Distances on the plane are never larger than those of the vectors, and equal to them for up to three points.

    Parameters
    ----------
    vectors : ndarray, shape (n, d)

    Returns
    -------
    ndarray of float64, shape (n, 2)
        In the unit of the vectors, around the origin; of each component the largest coordinate is positive, so that
        the same vectors always give the same picture.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    scores = (left * lengths)[:, :2]
    plane = np.pad(scores, ((0, 0), (0, 2 - scores.shape[1])))
    largest = plane[np.abs(plane).argmax(axis=0), [0, 1]]
    return plane * np.where(largest < 0, -1.0, 1.0)
