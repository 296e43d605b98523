"""Vectors as the page's scripts read them: 16-bit integers in base64, from which distances of any two points follow."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 32_767


def encode_vectors(vectors: NDArray[np.float32]) -> dict[str, Any]:
    """Quantise vectors to 16 bits with one scale; no value moves by more than half of it.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)

    Returns
    -------
    dict
        ``width`` is d; ``scale`` times the little-endian integers of ``values`` (base64, row by row) are the vectors.
    """
    largest = float(np.abs(vectors).max(initial=0))
    scale = largest / MOST if largest else 1.0
    levels = np.rint(vectors.astype(np.float64) / scale).astype("<i2")
    return {"width": vectors.shape[1], "scale": scale, "values": base64.b64encode(levels.tobytes()).decode()}
