import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.choir.glide import glide


def test_holds_glides_and_holds() -> None:
    times = np.array([0.0, 0.9, 1.0, 1.05, 1.1, 1.2, 5.0])
    curve = glide(times, np.array([1.1]), np.array([0.2]), np.array([10.0, 20.0]))
    # 3x^2 - 2x^3 at x = 1/4: 0.15625.
    np.testing.assert_allclose(curve, [10, 10, 10, 11.5625, 15, 20, 20], atol=1e-9)


def test_vectors_glide_together() -> None:
    values = np.array([[0.0, 100.0], [10.0, 50.0], [0.0, 0.0]])
    curve = glide(np.array([0.0, 1.0, 1.5, 2.0, 9.0]), np.array([1.0, 2.0]), np.array([0.1, 0.1]), values)
    np.testing.assert_allclose(curve, [[0, 100], [5, 75], [10, 50], [5, 25], [0, 0]], atol=1e-9)


def test_one_note_is_a_constant() -> None:
    curve = glide(np.linspace(0, 3, 7), np.array([]), np.array([]), np.array([42.0]))
    np.testing.assert_array_equal(curve, np.full(7, 42.0))


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=8), st.floats(0.01, 0.9))
def test_never_overshoots(values: list[float], width: float) -> None:
    times = np.linspace(-1, len(values) + 1, 500)
    curve = glide(times, np.arange(1.0, len(values)), np.full(len(values) - 1, width), np.array(values))
    assert curve.min() >= min(values) - 1e-9
    assert curve.max() <= max(values) + 1e-9
