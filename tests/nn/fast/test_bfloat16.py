from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from torch import Tensor

from pipeline.nn.fast.bfloat16 import arithmetic, as_array, narrow, widen


@njit
def _copy(numbers: Any, widened: Any, narrowed: Any) -> None:
    for i in range(len(numbers)):
        widened[i] = widen(numbers[i])
        narrowed[i] = narrow(widened[i], narrowed)


def round_in_kernel(numbers: Tensor) -> Tensor:
    rounded = torch.empty(len(numbers), dtype=torch.bfloat16)
    _copy(numbers.numpy(), np.empty(len(numbers), np.float32), as_array(rounded))
    return rounded


@pytest.mark.slow
@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=50))
def test_rounds_as_torch_does(numbers: list[float]) -> None:
    exact = torch.tensor(numbers, dtype=torch.float32)
    assert torch.equal(round_in_kernel(exact), exact.bfloat16())


def test_ties_go_to_even() -> None:
    """Between 1 and 1 + 2^-7, the next bfloat16, lies 1 + 2^-8: halfway, and 1 ends in a 0 bit."""
    halves = torch.tensor([1 + 2**-8, 1 + 3 * 2**-8], dtype=torch.float32)
    assert round_in_kernel(halves).tolist() == [1.0, 1 + 2**-6]


def test_every_bfloat16_is_read_exactly() -> None:
    bits = torch.arange(2**16, dtype=torch.int32).to(torch.uint16)
    numbers = bits.view(torch.bfloat16)
    widened, again = np.empty(2**16, np.float32), np.empty(2**16, np.uint16)
    _copy(as_array(numbers), widened, again)
    np.testing.assert_array_equal(widened, numbers.float().numpy())


def test_longer_floats_pass_as_they_are() -> None:
    numbers = torch.tensor([0.1, -3.0], dtype=torch.float64)
    widened, narrowed = np.empty(2), np.empty(2)
    _copy(as_array(numbers), widened, narrowed)
    assert narrowed.tolist() == [0.1, -3.0]
    assert arithmetic(torch.float64) is torch.float64
    assert arithmetic(torch.bfloat16) is torch.float32
