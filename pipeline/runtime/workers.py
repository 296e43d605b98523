"""Work on many recordings in parallel: on all cores of this machine, one thread each, or on a Dask cluster."""

import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from pipeline.errors import BadInputError

# The environment variable that names a Dask scheduler, ``host:port``. It is not a parameter, since where work runs does
# not change its result.
SCHEDULER_VARIABLE = "SINGING_STYLE_SCHEDULER"
CONNECT_SECONDS = 5
# Results per process that `in_processes` holds in memory until they are used
HELD = 8
# What it takes to start a process, most of it to import libraries; and to compile what the first call needs.
START_SECONDS, COMPILE_SECONDS = 2.0, 5.0

Given = TypeVar("Given")
Result = TypeVar("Result")


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_parallel(function: Callable[..., Result], calls: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
    """Yield ``function(*call)`` for every call, in order.

    Raises
    ------
    BadInputError
        The Dask cluster named by the environment cannot be used.
    """
    if not calls:
        return
    if address := os.environ.get(SCHEDULER_VARIABLE):
        yield from _on_cluster(address, function, calls)
    else:
        yield from _on_cores(function, calls)


def _on_cores(function: Callable[..., Result], calls: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
    """Make the calls here while that is quickest, the others in one process per core."""
    made = yield from _begin_here(function, calls)
    if left := calls[made:]:
        yield from _spread(function, left, min(cores(), len(left)))


def _begin_here(function: Callable[..., Result], calls: Sequence[tuple[Any, ...]]) -> Generator[Result, None, int]:
    """Make calls in this process until those left would last longer than processes take to start; count them.

    The first is always made here. Libraries compile on first use and keep the result for later processes. In a fresh
    environment, processes that all did so at once made one another crash.
    """
    for made, call in enumerate(calls, 1):
        started = time.perf_counter()
        result = function(*call)
        seconds = time.perf_counter() - started
        yield result
        if seconds * (len(calls) - made) > START_SECONDS and (made > 1 or seconds > COMPILE_SECONDS):
            return made
    return len(calls)


def _on_cluster(address: str, function: Callable[..., Result], calls: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
    """Make the calls on the workers of a Dask cluster; if a worker dies, another repeats its call."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise BadInputError(
            f"{SCHEDULER_VARIABLE}: set, but distributed is not installed; pip install '.[distributed]'"
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError):
        raise BadInputError(
            f"{SCHEDULER_VARIABLE}: no Dask scheduler answers at {address!r} within {CONNECT_SECONDS} s; "
            "start one (dask scheduler), correct host:port, or unset the variable"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise BadInputError(f"{SCHEDULER_VARIABLE}: the scheduler at {address!r} has no workers") from None
        try:
            # not through joblib, which would work in this process if the cluster has a single thread
            for future in client.map(function, *zip(*calls, strict=True), pure=False):
                yield future.result()
        except KilledWorker as fault:
            raise BadInputError(
                f"{SCHEDULER_VARIABLE}: {fault.allowed_failures + 1} workers died at the same work, the last "
                f"{fault.last_worker.address}; do they run out of memory?"
            ) from None
        except RuntimeError as fault:
            if "deserialization" not in str(fault):
                raise
            raise BadInputError(
                f"{SCHEDULER_VARIABLE}: the scheduler at {address!r} does not find these sources; start it and its "
                "workers in this folder, with the same packages: PYTHONPATH=. dask scheduler"
            ) from None


def in_processes(
    function: Callable[[Given], Result], given: Sequence[Given], workers: int | None = None
) -> Iterator[Result]:
    """Yield ``function(one)`` for each, in the order given, computing a few at a time.

    Parameters
    ----------
    function : callable
        Can be sent to another process.
    given : sequence
    workers : int, optional
        Number of processes; by default one per core. With one, or as long as starting more would take longer than the
        work, everything is done in this process.
    """
    most = min(cores() if workers is None else workers, len(given))
    if most <= 1:
        yield from map(function, given)
        return
    calls = [(one,) for one in given]
    made = yield from _begin_here(function, calls)
    for start in range(made, len(calls), HELD * most):
        yield from _spread(function, calls[start : start + HELD * most], most)


def _spread(function: Callable[..., Result], calls: Sequence[tuple[Any, ...]], processes: int) -> Iterator[Result]:
    """Make the calls in processes of one thread each, which are kept for the next calls; in this one if need be."""
    if not _processes_can_start():
        for call in calls:
            yield function(*call)
        return
    import joblib  # takes a quarter of a second, too long for a single sound

    # Whoever stops early knows that work is left.
    warnings.filterwarnings("ignore", message=".*tasks which were still being processed|.*executed +but not used")
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        parallel = joblib.Parallel(n_jobs=processes, return_as="generator")
        with _deferred_interrupt():
            results = parallel(joblib.delayed(function)(*call) for call in calls)
        yield from results


@cache
def _processes_can_start() -> bool:
    """Return whether the system has the semaphores by which processes share work, and report it if not."""
    try:
        multiprocessing.Lock()
    except (ImportError, OSError) as fault:
        print(
            f"no semaphores for several processes ({fault}): is /dev/shm full, or not writable? Working in one process",
            file=sys.stderr,
        )
        warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
        return False
    return True


@contextmanager
def _deferred_interrupt() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, which goes to all of a terminal: this one notices, and ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # Python 3.11 lets the signal through again when it starts this one
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)
