"""The elementwise parts of the convolutions, each a single pass over one clip's maps, compiled by numba.

Maps are rows of channels, channels last: (positions, channels), position ``t * width + f``. They hold float32, float64,
or bfloat16 as its bits (`pipeline.nn.fast.bfloat16`); factors and offsets have the precision of the arithmetic.
A place is the position of a maximum in its 2 x 2 cell: 0 to 3, frequency running fastest; the first of equal ones.
Sums, (2, channels) in float64, are accumulated in `block`, (3, channels) in the precision of the arithmetic, whose last
row is scratch space: the compiler can vectorise loops over few arrays at a time.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from numba import float32, njit, uint8
from torch import Tensor

from pipeline.nn.fast.bfloat16 import as_array, narrow, widen

# Number of rows summed in the precision of the arithmetic before adding them up in float64.
BLOCK = 64

inlined = njit(inline="always")


def compiled(kernel: Callable[..., None]) -> Callable[..., None]:
    """Compile a kernel on first use, and make it callable with tensors."""
    run: Callable[..., None] = njit(nogil=True, cache=True, error_model="numpy")(kernel)

    @wraps(kernel)
    def call(*arguments: Tensor | int) -> None:
        run(*(as_array(one) if isinstance(one, Tensor) else one for one in arguments))

    return call


@inlined
def _rectified(value: Any) -> Any:
    """Apply ReLU; NaN stays NaN."""
    return float32(0) if value <= 0 else value


@inlined
def _highest(first: Any, second: Any, third: Any, fourth: Any) -> Any:
    highest, place = first, uint8(0)
    place = uint8(1) if second > highest else place
    highest = second if second > highest else highest
    place = uint8(2) if third > highest else place
    highest = third if third > highest else highest
    place = uint8(3) if fourth > highest else place
    highest = fourth if fourth > highest else highest
    return highest, place


@inlined
def _flush(block: Any, sums: Any) -> None:
    for c in range(block.shape[1]):
        sums[0, c] += block[0, c]
        sums[1, c] += block[1, c]
        block[0, c] = 0
        block[1, c] = 0


@compiled
def pool_outputs(outputs: Any, offset: Any, pooled: Any, places: Any) -> None:
    """Pool each cell's four outputs, (cells, 4, channels), by their maximum, add an offset and apply ReLU."""
    for row in range(outputs.shape[0]):
        first, second, third, fourth = outputs[row, 0], outputs[row, 1], outputs[row, 2], outputs[row, 3]
        pooled_row, places_row = pooled[row], places[row]
        for c in range(outputs.shape[2]):
            highest, place = _highest(widen(first[c]), widen(second[c]), widen(third[c]), widen(fourth[c]))
            pooled_row[c] = narrow(_rectified(highest + offset[c]), pooled)
            places_row[c] = place


@compiled
def add_moments(maps: Any, block: Any, sums: Any) -> None:
    """Add each channel's sum and sum of squares."""
    block[:] = 0
    total, squares = block[0], block[1]
    for row in range(maps.shape[0]):
        values = maps[row]
        for c in range(maps.shape[1]):
            value = widen(values[c])
            total[c] += value
            squares[c] += value * value
        if row % BLOCK == BLOCK - 1:
            _flush(block, sums)
    _flush(block, sums)


@compiled
def activate(maps: Any, factor: Any, offset: Any, activated: Any) -> None:
    """Normalise and apply ReLU: ``max(0, factor x + offset)``."""
    for row in range(maps.shape[0]):
        values, out = maps[row], activated[row]
        for c in range(maps.shape[1]):
            out[c] = narrow(_rectified(factor[c] * widen(values[c]) + offset[c]), activated)


@compiled
def add_and_pool(identity: Any, inner: Any, factor: Any, offset: Any, width: int, pooled: Any, places: Any) -> None:
    """Normalise the inner path, add the identity, pool and apply ReLU; `pooled`, `places`: (height, width, channels).

    A last row or column of positions without a partner is dropped, as max pooling does.
    """
    for h in range(pooled.shape[0]):
        for w in range(pooled.shape[1]):
            upper = 2 * h * width + 2 * w
            lower = upper + width
            i0, i1, i2, i3 = identity[upper], identity[upper + 1], identity[lower], identity[lower + 1]
            x0, x1, x2, x3 = inner[upper], inner[upper + 1], inner[lower], inner[lower + 1]
            pooled_row, places_row = pooled[h, w], places[h, w]
            for c in range(pooled.shape[2]):
                highest, place = _highest(
                    widen(i0[c]) + factor[c] * widen(x0[c]),
                    widen(i1[c]) + factor[c] * widen(x1[c]),
                    widen(i2[c]) + factor[c] * widen(x2[c]),
                    widen(i3[c]) + factor[c] * widen(x3[c]),
                )
                pooled_row[c] = narrow(_rectified(highest + offset[c]), pooled)
                places_row[c] = place


@compiled
def mask_pooled(
    gradient: Any, pooled: Any, places: Any, inner: Any, width: int, masked: Any, block: Any, sums: Any
) -> None:
    """Mask the gradient of the pooled maps where they are 0; add its sum, and the sum of its product with `inner`.

    `gradient`, `pooled`, `places` and `masked` are (height, width, channels); `inner` is read at the places.
    """
    block[:] = 0
    total, products, passed = block[0], block[1], block[2]
    for h in range(pooled.shape[0]):
        for w in range(pooled.shape[1]):
            upper = 2 * h * width + 2 * w
            lower = upper + width
            x0, x1, x2, x3 = inner[upper], inner[upper + 1], inner[lower], inner[lower + 1]
            incoming, values, place, out = gradient[h, w], pooled[h, w], places[h, w], masked[h, w]
            for c in range(pooled.shape[2]):
                passed[c] = widen(incoming[c]) if widen(values[c]) > 0 else float32(0)
            for c in range(pooled.shape[2]):
                above = widen(x1[c]) if place[c] == 1 else widen(x0[c])
                below = widen(x3[c]) if place[c] == 3 else widen(x2[c])
                products[c] += passed[c] * (above if place[c] < 2 else below)
            for c in range(pooled.shape[2]):
                out[c] = narrow(passed[c], masked)
                total[c] += passed[c]
        _flush(block, sums)


@compiled
def inner_gradient(
    masked: Any, places: Any, inner: Any, width: int, scale: Any, slope: Any, shift: Any, gradient: Any
) -> None:
    """Compute the gradient of the inner path: ``scale g + slope x + shift``, where g is nonzero at the places alone."""
    for position in range(inner.shape[0]):
        h, w = position // width // 2, position % width // 2
        values, out = inner[position], gradient[position]
        if h < masked.shape[0] and w < masked.shape[1]:
            here = uint8(2 * (position // width % 2) + position % width % 2)
            passed, place = masked[h, w], places[h, w]
            for c in range(inner.shape[1]):
                incoming = widen(passed[c]) if place[c] == here else float32(0)
                out[c] = narrow(scale[c] * incoming + slope[c] * widen(values[c]) + shift[c], gradient)
        else:
            for c in range(inner.shape[1]):
                out[c] = narrow(slope[c] * widen(values[c]) + shift[c], gradient)


@compiled
def mask_activated(gradient: Any, maps: Any, factor: Any, offset: Any, block: Any, sums: Any) -> None:
    """Mask a gradient, in place, where ``factor x + offset <= 0``; add its sum, and the sum of its product with x."""
    block[:] = 0
    total, products, passed = block[0], block[1], block[2]
    for row in range(maps.shape[0]):
        incoming, values = gradient[row], maps[row]
        for c in range(maps.shape[1]):
            passed[c] = widen(incoming[c]) if factor[c] * widen(values[c]) + offset[c] > 0 else float32(0)
        for c in range(maps.shape[1]):
            products[c] += passed[c] * widen(values[c])
        for c in range(maps.shape[1]):
            incoming[c] = narrow(passed[c], gradient)
            total[c] += passed[c]
        if row % BLOCK == BLOCK - 1:
            _flush(block, sums)
    _flush(block, sums)


@compiled
def unnormalise(gradient: Any, maps: Any, scale: Any, slope: Any, shift: Any) -> None:
    """Propagate a gradient back through batch normalisation, in place: ``scale g + slope x + shift``."""
    for row in range(maps.shape[0]):
        values, out = maps[row], gradient[row]
        for c in range(maps.shape[1]):
            out[c] = narrow(scale[c] * widen(out[c]) + slope[c] * widen(values[c]) + shift[c], gradient)


@compiled
def spread_gradient(
    inner: Any,
    masked: Any,
    identity_places: Any,
    pooled: Any,
    places: Any,
    width: int,
    spread: Any,
    block: Any,
    sums: Any,
) -> None:
    """Add the gradients of inner path and identity, mask them where `pooled` is 0, and write them to their places.

    `inner`, `pooled` and `places` are (positions, channels), `masked` and `identity_places` those of the cells of
    positions; `spread` (positions, 4, channels) receives the gradient at its place and 0 at the others. Its sum is
    added to the first row of `sums`.
    """
    block[:] = 0
    total, flowing = block[0], block[2]
    for position in range(pooled.shape[0]):
        h, w = position // width // 2, position % width // 2
        inside = h < masked.shape[0] and w < masked.shape[1]
        here = uint8(2 * (position // width % 2) + position % width % 2) if inside else uint8(4)
        passed, there = masked[h * inside, w * inside], identity_places[h * inside, w * inside]
        through, values, place, out = inner[position], pooled[position], places[position], spread[position]
        for c in range(pooled.shape[1]):
            incoming = widen(through[c]) + (widen(passed[c]) if there[c] == here else float32(0))
            flowing[c] = incoming if widen(values[c]) > 0 else float32(0)
        for c in range(pooled.shape[1]):
            total[c] += flowing[c]
        for number in range(4):
            to = out[number]
            for c in range(pooled.shape[1]):
                to[c] = narrow(flowing[c] if place[c] == number else float32(0), spread)
        if position % BLOCK == BLOCK - 1:
            _flush(block, sums)
    _flush(block, sums)
