import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.analysis.projection import feasible_perplexity, project
from pipeline.errors import BadInputError

PRINT_DIGEST = """
import hashlib
import numpy as np
from pipeline.analysis.projection import project
vectors = np.random.default_rng(0).normal(size=(150, 16)).astype(np.float32)
print(hashlib.sha256(project(vectors, 20.0, np.random.default_rng(1)).tobytes()).hexdigest())
"""


def two_groups(columns: int = 8) -> NDArray[np.float32]:
    vectors = np.random.default_rng(0).normal(size=(60, columns))
    vectors[30:] += 12
    return vectors.astype(np.float32)


def nearest_in_same_group(layout: NDArray[np.float64]) -> bool:
    distances = np.linalg.norm(layout[:, None] - layout, axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.array_equal(distances.argmin(axis=1) < 30, np.arange(60) < 30)


def test_neighbours_stay_neighbours() -> None:
    layout = project(two_groups(), 10.0, np.random.default_rng(0))
    assert layout.shape == (60, 2)
    assert nearest_in_same_group(layout)


@pytest.mark.slow
def test_repeats_in_one_process_and_leaves_the_global_generator_alone() -> None:
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    one, two = (project(two_groups(), 10.0, np.random.default_rng(4)) for _ in range(2))
    assert one.tobytes() == two.tobytes()
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]  # noqa: NPY002


@pytest.mark.slow
def test_repeats_whatever_the_number_of_threads() -> None:
    digests = set()
    for threads in ("1", "4"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        call = [sys.executable, "-c", PRINT_DIGEST]
        digests.add(subprocess.run(call, env=environment, check=True, capture_output=True).stdout)
    assert len(digests) == 1


@pytest.mark.parametrize(("centre", "scale"), [(500, 2.0**-12), (0, 2.0**-100)])
def test_a_nearly_collapsed_embedding_is_still_laid_out(centre: float, scale: float) -> None:
    vectors = np.float32(centre) + two_groups() * np.float32(scale)
    assert nearest_in_same_group(project(vectors, 10.0, np.random.default_rng(0)))


def test_equal_vectors_lie_on_one_point() -> None:
    constant = np.full((20, 16), 0.1, np.float32)
    np.testing.assert_array_equal(project(constant, 5.0, np.random.default_rng(0)), np.zeros((20, 2)))


def test_vectors_of_one_value_are_laid_out() -> None:
    assert np.isfinite(project(two_groups(columns=1), 10.0, np.random.default_rng(0))).all()


@pytest.mark.parametrize(("points", "expected"), [(1000, 30.0), (91, 30.0), (61, 20.0), (4, 1.0)])
def test_perplexity_is_at_most_a_third_of_the_others(points: int, expected: float) -> None:
    assert feasible_perplexity(30.0, points) == expected


def test_four_points_are_enough() -> None:
    vectors = two_groups()[[0, 1, 30, 31]]
    layout = project(vectors, feasible_perplexity(30.0, 4), np.random.default_rng(0))
    assert np.isfinite(layout).all()


def test_three_points_are_too_few() -> None:
    with pytest.raises(BadInputError, match=r"at least 4 clips and got 3: .*tsne\.singers"):
        feasible_perplexity(30.0, 3)
