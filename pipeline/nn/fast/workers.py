"""Parallel work: one thread per core, and all arithmetic of a piece of work in one thread.

Results are returned piece by piece and added up in order, so sums do not depend on the number of threads.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import torch

Result = TypeVar("Result")


def side_by_side(work: Callable[[int], Result], pieces: int) -> list[Result]:
    """Call ``work(piece)`` for every piece on as many threads as torch may use, and return the results in order."""
    return list(_pool(torch.get_num_threads()).map(work, range(pieces)))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "clips", initializer=torch.set_num_threads, initargs=(1,))
