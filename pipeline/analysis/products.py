"""Every performance against all others by matrix products: nearly their distances, and how far off at most.

A product of matrices takes a fraction of the time that the distances themselves take. What it cannot order, two
performances about equally far from a third, is left to the exact distances.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from pipeline.analysis.leave_one_out import Codes, Vectors
from pipeline.runtime.workers import cores

Result = TypeVar("Result")

Floating: TypeAlias = NDArray[np.floating[Any]]

# Vectors closer together than this are not scaled up: the squares of their differences would underflow.
LEAST_SCALE = 1e-140
# Of scaled vectors: above all that underflow can change, below all that matters.
UNDERFLOW = 1e-30
# Queries multiplied at a time by each thread, where there are as many: for fewer, reading the vectors takes too long.
LEAST_QUERIES = 16


class Products:
    """For queries q and vectors v, |v|²/2 - q·v: half their squared distance, but for a constant of the query.

    Vectors are centred on their mean and scaled, so that rounding does not depend on where they lie. Queries and
    vectors stand in the order of their groups, those of a group side by side.

    Parameters
    ----------
    queries, vectors : ndarray of float, shape (n, d)
    groups : ndarray of int, shape (n,)
        A vector is out of reach of the queries of its group.
    kind : type
        float32 is fast; float64 leaves undecided little but equal distances.
    multiple : int, optional
        The number of columns is the next multiple of it.

    Attributes
    ----------
    order : ndarray of int, shape (n,)
        The row of each query, and of each vector.
    """

    def __init__(
        self,
        queries: Vectors,
        vectors: Vectors,
        groups: Codes,
        kind: type[np.float32] | type[np.float64],
        multiple: int = 1,
    ) -> None:
        self.order: Codes = np.argsort(groups, kind="stable")
        ranked = groups[self.order]
        self._begin, self._end = (np.searchsorted(ranked, ranked, side) for side in ("left", "right"))
        gallery, asked = _centred(queries, vectors, self.order)
        rows, dimensions = gallery.shape
        # A further column holds |v|²/2.
        self._right = np.zeros((rows + -rows % multiple, dimensions + 1), kind)
        self._right[:rows, :-1] = -gallery
        self._right[:rows, -1] = np.einsum("ij,ij->i", gallery, gallery) / 2
        self._left = np.ones((rows, dimensions + 1), kind)
        self._left[:, :-1] = asked
        self._squares = np.einsum("ij,ij->i", asked, asked)
        self._rounding = 6 * (dimensions + 8) * float(np.finfo(kind).eps)

    def by_block(self, work: Callable[[int, Floating], Result], most: int) -> list[Result]:
        """Hand the values of some queries with all vectors to `work`, by as many threads as there are cores.

        Parameters
        ----------
        work : callable
            Takes the place of the block's first query and the values, shape (queries in the block, columns). They are
            infinite where a vector is out of reach, and overwritten afterwards.
        most : int
            Values held in memory at a time, but at least those of `LEAST_QUERIES` for each thread.

        Returns
        -------
        list
            What `work` returns, from the first block to the last.
        """
        rows, columns = len(self._left), len(self._right)
        threads = cores()
        block = min(-(-rows // threads), max(LEAST_QUERIES, most // (threads * columns)))
        held: SimpleQueue[Floating] = SimpleQueue()
        for _ in range(threads):
            held.put(np.empty((block, columns), self._left.dtype))

        def multiply(first: int) -> Result:
            memory = held.get()
            try:
                values = memory[: rows - first]
                np.matmul(self._left[first : first + len(values)], self._right.T, out=values)
                self._put_out_of_reach(first, values)
                return work(first, values)
            finally:
                held.put(memory)

        # Threads that each multiply by themselves do not wait for one another, as those of one product do.
        with _libraries().limit(limits=1), ThreadPoolExecutor(threads) as pool:
            return list(pool.map(multiply, range(0, rows, block)))

    def margins(self, first: int, values: Floating) -> NDArray[np.float64]:
        """Compute how far from a value another may lie whose distance is the same.

        Where the values of a query are further apart, its distances are in the same order, and so are the distances
        that `cdist` computes. With c = 2 (d + 8) times the unit roundoff, a value is off by at most
        c / 2 (|q|²/2 + |v|²), and v is no longer than |q| and the distance together. The margin that follows is
        doubled. It holds for d up to some ten thousand.

        Parameters
        ----------
        first : int
            Place of the first query.
        values : ndarray, shape (queries, m)
            Finite or infinite.

        Returns
        -------
        ndarray of float64, shape (queries, m)
        """
        squares = self._squares[first : first + len(values), None]
        return np.asarray(self._rounding * (squares + np.abs(values, dtype=np.float64)) + UNDERFLOW)

    def _put_out_of_reach(self, first: int, values: Floating) -> None:
        values[:, len(self._left) :] = np.inf
        row, last = first, first + len(values)
        while row < last:
            begin, end = self._begin[row], self._end[row]
            values[row - first : end - first, begin:end] = np.inf
            row = end


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries whose threads can be limited, which takes longer than a small product."""
    return ThreadpoolController()


def _centred(queries: Vectors, vectors: Vectors, order: Codes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return vectors and queries in this order, around the vectors' mean, and none of their values above 1."""
    centre = vectors.mean(axis=0, dtype=np.float64)
    gallery = vectors[order] - centre
    asked = gallery if queries is vectors else queries[order] - centre
    scale = max(float(np.abs(side).max(initial=0)) for side in (gallery, asked))
    if scale > LEAST_SCALE:
        for side in (gallery,) if queries is vectors else (gallery, asked):
            side /= scale
    return gallery, asked
