"""t-SNE: a layout of vectors on a plane in which neighbours stay neighbours (paper, figure 4, reference [13])."""

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from pipeline.errors import BadInputError

# With fewer points no perplexity above 1 is possible
FEWEST = 4


def feasible_perplexity(perplexity: float, points: int) -> float:
    """Return the perplexity, lowered to a third of the other points where there are too few of them.

    Raises
    ------
    BadInputError
        There are fewer than 4 points.
    """
    if points < FEWEST:
        raise BadInputError(f"t-SNE needs at least {FEWEST} clips and got {points}: draw more singers (tsne.singers)")
    return min(perplexity, (points - 1) / 3)


def project(vectors: NDArray[np.float32], perplexity: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Lay vectors out on a plane by t-SNE, starting from their two principal components.

    Runs on one thread, so that the result does not depend on the number of cores.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    perplexity : float
        Effective number of neighbours, at most (n - 1) / 3: see `feasible_perplexity`.
    generator : numpy.random.Generator
        Seeds t-SNE.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        No unit; all points at the origin when all vectors are equal.
    """
    centred = vectors.astype(np.float64) - vectors[0]
    spread = np.std(centred)
    if spread == 0:
        return np.zeros((len(vectors), 2))
    scaled = centred / spread  # scikit-learn crashes on vectors so close together that squares underflow
    at_least_two_columns = np.pad(scaled, ((0, 0), (0, max(0, 2 - vectors.shape[1]))))
    seed = int(generator.integers(2**32))
    with threadpool_limits(limits=1):
        layout = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
        return np.asarray(layout.fit_transform(at_least_two_columns), np.float64)
