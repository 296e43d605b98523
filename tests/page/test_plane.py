import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA

from pipeline.page.plane import principal_plane

VECTORS = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)


def test_it_is_the_plane_of_principal_components() -> None:
    reference = PCA(2).fit_transform(VECTORS.astype(np.float64))
    np.testing.assert_allclose(np.abs(principal_plane(VECTORS)), np.abs(reference), atol=1e-6)


def test_three_points_keep_their_distances() -> None:
    np.testing.assert_allclose(pdist(principal_plane(VECTORS[:3])), pdist(VECTORS[:3].astype(np.float64)))


def test_no_picture_is_the_mirror_of_another() -> None:
    plane = principal_plane(VECTORS)
    assert (plane[np.abs(plane).argmax(axis=0), [0, 1]] > 0).all()


@pytest.mark.parametrize("rows", [1, 4])
def test_equal_vectors_lie_at_the_origin(rows: int) -> None:
    np.testing.assert_array_equal(principal_plane(np.ones((rows, 1), np.float32)), np.zeros((rows, 2)))
