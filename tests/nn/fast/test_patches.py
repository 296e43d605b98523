import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.nn.fast.convolutions import sum_alone
from pipeline.nn.fast.patches import PatchRows, centred, patch_moments


@given(
    seed=st.integers(0, 10_000),
    clips=st.integers(1, 20),
    frames=st.integers(1, 9),
    bins=st.integers(1, 9),
    kernel=st.integers(1, 5),
)
@settings(max_examples=40, deadline=None)
def test_moments_equal_those_of_the_patches_written_out(
    seed: int, clips: int, frames: int, bins: int, kernel: int
) -> None:
    generator = np.random.default_rng(seed)
    padded = generator.normal(2, 3, (clips, frames + kernel - 1, bins + kernel - 1))
    patches = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (1, 2)).reshape(-1, kernel**2)
    mean, covariance = patch_moments(torch.from_numpy(padded), kernel, sum_alone)
    np.testing.assert_allclose(mean, patches.mean(0), rtol=1e-9, atol=1e-9)
    deviations = patches - patches.mean(0)
    np.testing.assert_allclose(covariance, deviations.T @ deviations / len(patches), rtol=1e-7, atol=1e-8)


def test_rows_are_the_patches_of_the_pooling_cells() -> None:
    padded = torch.arange(2 * 11 * 9, dtype=torch.float32).view(2, 11, 9)
    rows = PatchRows.of(padded, kernel=4, dtype=torch.float32)
    matrix = rows.matrix(1)
    assert matrix.shape == (4 * 3, 32)
    for row in range(4):
        for column in range(3):
            patch = padded[1, 2 * row : 2 * row + 5, 2 * column : 2 * column + 5]
            assert matrix[row * 3 + column, :25].tolist() == patch.T.flatten().tolist()


def test_centring_pads_with_zero_decibels() -> None:
    clips = torch.tensor([[[[10.0, 20.0], [30.0, 40.0]]]])
    padded, mean = centred(clips, 4, sum_alone)
    assert float(mean) == 25
    assert padded.shape == (1, 5, 5)
    assert padded[0, 1:3, 1:3].tolist() == [[-15, -5], [5, 15]]
    assert padded[0, 0].tolist() == [-25] * 5
    assert padded[0, 3:].unique().tolist() == [-25]
