"""The same work on every recording: all cores, one thread each, bad recordings named and left out."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import joblib
import pandas as pd
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from pipeline.errors import BadInputError, BadRecordingError

Result = TypeVar("Result")


@dataclass(frozen=True)
class LeftOut:
    """A recording that a stage could not use, and why."""

    recording: str
    reason: str


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What became of the recordings: results by recording, in the order given, and those left out."""

    results: dict[str, Result]
    left_out: list[LeftOut]

    def summary(self) -> str:
        """Say in a few words how many recordings were done and which were left out, with the first reasons."""
        text = f"{len(self.results)} recordings"
        if self.left_out:
            named = "; ".join(f"{fault.recording}: {fault.reason}" for fault in self.left_out[:3])
            more = f"; and {len(self.left_out) - 3} more" if len(self.left_out) > 3 else ""
            text += f", {len(self.left_out)} left out ({named}{more})"
        return text

    def write_report(self, path: Path) -> None:
        """Write ``recording,reason`` of every recording left out as CSV; an empty table when all went well."""
        rows = [(fault.recording, fault.reason) for fault in self.left_out]
        pd.DataFrame(rows, columns=["recording", "reason"]).to_csv(path, index=False)


def cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def for_each_recording(
    work: Callable[..., Result],
    recordings: Sequence[str],
    arguments: Iterable[tuple[object, ...]],
    *,
    label: str,
    max_bad_share: float,
) -> Done[Result]:
    """Call ``work(*arguments)`` once a recording, in parallel processes.

    Parameters
    ----------
    work : callable
        A module-level function; raises `BadRecordingError` for a recording that it cannot use.
    recordings : sequence of str
        Names, one a call.
    arguments : iterable of tuple
        The arguments of each call, in the same order.
    label : str
        Stands before the progress bar.
    max_bad_share : float
        The stage stops when more than this share of the recordings is bad, 0 to 1.

    Returns
    -------
    Done
        Results and recordings left out, in the order given, whatever the number of processes.

    Raises
    ------
    BadInputError
        Too many recordings are bad, or none is good.
    """
    calls = [(Path.cwd(), work, recording, call) for recording, call in zip(recordings, arguments, strict=True)]
    bar = tqdm(_outcomes(calls), total=len(recordings), desc=label, unit=" recordings", mininterval=1.0)
    done = _gather(recordings, bar)
    _stop_if_too_many_bad(done, len(recordings), max_bad_share)
    return done


def _outcomes(calls: Sequence[Any]) -> Iterator[Any]:
    """Make the first call here, the others in parallel.

    Libraries compile on first use and keep the result for later processes; processes of a fresh environment that all
    did so at once crashed one another.
    """
    for call in calls[:1]:
        yield _attempt(*call)
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        parallel = joblib.Parallel(n_jobs=min(cores(), max(1, len(calls) - 1)), return_as="generator")
        yield from parallel(joblib.delayed(_attempt)(*call) for call in calls[1:])


def _attempt(
    folder: Path, work: Callable[..., Result], recording: str, arguments: tuple[object, ...]
) -> Result | LeftOut:
    """Do the work in the caller's folder, which a reused process may not be in, and with one thread."""
    try:
        with contextlib.chdir(folder), threadpool_limits(1):
            return work(*arguments)
    except BadRecordingError as fault:
        return LeftOut(recording, str(fault))


def _gather(recordings: Sequence[str], outcomes: Iterable[Result | LeftOut]) -> Done[Result]:
    results: dict[str, Result] = {}
    left_out: list[LeftOut] = []
    for recording, outcome in zip(recordings, outcomes, strict=True):
        if isinstance(outcome, LeftOut):
            left_out.append(outcome)
        else:
            results[recording] = outcome
    return Done(results, left_out)


def _stop_if_too_many_bad(done: Done[Result], total: int, max_bad_share: float) -> None:
    bad = len(done.left_out)
    if done.results and bad <= max_bad_share * total:
        return
    named = "; ".join(f"{fault.recording}: {fault.reason}" for fault in done.left_out[:5])
    raise BadInputError(
        f"{bad} of {total} recordings cannot be used, more than max_bad_share {max_bad_share:g} allows: {named}"
    )
