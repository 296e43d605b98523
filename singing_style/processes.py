"""The same for many sounds, in parallel processes of one thread each."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from pipeline.workers import cores

EACH = 8
"""Sounds that a process takes before the results are used: what they are is held in memory until then."""

Given = TypeVar("Given")
Result = TypeVar("Result")


def in_processes(
    function: Callable[[Given], Result], given: Sequence[Given], workers: int | None = None
) -> Iterator[Result]:
    """Yield ``function(one)`` for each, in the order given, worked out a few at a time.

    Parameters
    ----------
    function : callable
        What another process can be sent.
    given : sequence
    workers : int, optional
        Processes; by default one a core. With one, all is done in this process.
    """
    most = min(cores() if workers is None else workers, len(given))
    if most <= 1:
        yield from map(function, given)
        return
    import joblib

    one_thread_each = joblib.parallel_config(backend="loky", inner_max_num_threads=1)
    with one_thread_each, joblib.Parallel(n_jobs=most) as parallel:
        for start in range(0, len(given), EACH * most):
            yield from parallel(joblib.delayed(function)(one) for one in given[start : start + EACH * most])
