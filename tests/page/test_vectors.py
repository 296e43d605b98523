import base64

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.page.vectors import encode_vectors


@given(arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.floats(-1e6, 1e6, width=32)))
def test_every_value_comes_back_within_half_a_step(vectors: np.ndarray) -> None:
    encoded = encode_vectors(vectors)
    levels = np.frombuffer(base64.b64decode(encoded["values"]), "<i2").reshape(-1, encoded["width"])
    np.testing.assert_allclose(
        levels * encoded["scale"], vectors.astype(np.float64), rtol=0, atol=encoded["scale"] * 0.500001
    )
