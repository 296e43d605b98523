import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.nn.augmentations.masks import draw_masks


@given(st.integers(1, 40), st.integers(0, 3), st.integers(0, 50), st.integers(0, 2**32))
def test_masks_are_few_and_narrow(extent: int, masks: int, widest: int, seed: int) -> None:
    kept = draw_masks(5, extent, masks, widest, np.random.default_rng(seed))
    assert kept.shape == (5, extent)
    assert ((~kept).sum(axis=1) <= masks * widest).all()
    begins = np.diff(np.pad(~kept, ((0, 0), (1, 0))).astype(int), axis=1) == 1
    assert (begins.sum(axis=1) <= masks).all()


def test_every_width_is_as_likely() -> None:
    masked = (~draw_masks(6000, 30, 1, 5, np.random.default_rng(0))).sum(axis=1)
    assert np.bincount(masked) / 6000 == pytest.approx(1 / 6, abs=0.02)


def test_both_ends_are_reached() -> None:
    kept = draw_masks(2000, 10, 1, 3, np.random.default_rng(0))
    assert not kept[:, 0].all()
    assert not kept[:, -1].all()
