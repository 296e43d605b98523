"""What encoders share: where their weights are, and unit vectors."""

import numpy as np
import pytest

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.studies.anchors.encoder import to_unit, weights_in


def test_a_package_that_is_not_installed_is_one_line_with_the_remedy() -> None:
    with pytest.raises(BadInputError) as fault:
        weights_in("no_such_package", "No-Such", "weights.pt")
    assert str(fault.value) == (
        "No-Such: not installed; pip install 'singing-style[anchors]', or in a clone: make judge ANCHORS=1"
    )


def test_weights_that_are_not_in_the_package_are_named() -> None:
    with pytest.raises(BadInputError, match=r"numpy: .*models.none\.onnx is missing; install it anew"):
        weights_in("numpy", "numpy", "models", "none.onnx")


def test_weights_are_found_with_the_packages_version() -> None:
    file, source = weights_in("numpy", "numpy", "__init__.py")
    assert file.is_file()
    assert source == f"numpy {np.__version__}"


def test_a_vector_is_scaled_to_length_one() -> None:
    np.testing.assert_allclose(to_unit(np.array([3.0, 4.0])), [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize("vector", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_a_vector_without_a_direction_is_no_vector(vector: list[float]) -> None:
    with pytest.raises(BadRecordingError, match="without a direction"):
        to_unit(np.array(vector))
