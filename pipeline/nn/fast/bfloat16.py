"""bfloat16 in compiled kernels: numba lacks the type, so it is stored as the upper half of a float32 in a uint16.

A kernel reads any number with `widen` and stores it with `narrow`; for float32 and float64 both do nothing.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray
from torch import Tensor


def as_array(numbers: Tensor) -> NDArray[Any]:
    """View a tensor as an array for kernels: bfloat16 as uint16, everything else unchanged."""
    return (numbers.view(torch.uint16) if numbers.dtype is torch.bfloat16 else numbers).numpy()


def arithmetic(dtype: torch.dtype) -> torch.dtype:
    """Return the precision in which kernels compute on numbers of `dtype`."""
    return torch.float32 if dtype is torch.bfloat16 else dtype


def widen(number: Any) -> Any:
    """Read a number, converting bfloat16 bits to float32. For use inside kernels."""
    raise NotImplementedError("only compiled code calls this")


def narrow(number: Any, like: Any) -> Any:
    """Round a number to the type of the array `like`, to nearest, ties to even. For use inside kernels."""
    raise NotImplementedError("only compiled code calls this")


def _reinterpret(of: Any, to: Any, llvm: Any) -> Any:
    """Build a function for kernels that reinterprets the bits of one type of number as another."""

    def typed(typing: Any, number: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], llvm)

        return to(of), generate

    return intrinsic(typed)


_float_of = _reinterpret(types.uint32, types.float32, ir.FloatType())
_bits_of = _reinterpret(types.float32, types.uint32, ir.IntType(32))


@overload(widen, inline="always")
def _widen(number: Any) -> Callable[..., Any]:
    def of_bits(number: Any) -> Any:
        return _float_of(np.uint32(number) << np.uint32(16))

    def as_it_is(number: Any) -> Any:
        return number

    return of_bits if number == types.uint16 else as_it_is


@overload(narrow, inline="always")
def _narrow(number: Any, like: Any) -> Callable[..., Any]:
    def to_bits(number: Any, like: Any) -> Any:
        bits = _bits_of(np.float32(number))
        return np.uint16((bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16))

    def as_it_is(number: Any, like: Any) -> Any:
        return number

    return to_bits if like.dtype == types.uint16 else as_it_is
