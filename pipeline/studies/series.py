"""Carry out a series of experiments, one after the other; see `pipeline.studies.runs`."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from statistics import mean
from typing import Protocol, TypeVar

from pipeline.runtime.counting import counted
from pipeline.studies.runs import Experiment, FailedExperimentError, locked, run_experiment


class Planned(Protocol):
    """A run of a series; as a string it says which."""

    @property
    def experiment(self) -> Experiment:
        """Return the experiment that it stands for."""

    @property
    def kind(self) -> Hashable:
        """Return what it shares with the runs that take about as long."""


Run = TypeVar("Run", bound=Planned)


def carry_out(
    runs: Sequence[Run], prefix: str, is_done: Callable[[Run], bool], after: Callable[[], object] = lambda: None
) -> dict[str, str]:
    """Carry out the unfinished runs; return, by name of experiment, why a run failed.

    Parameters
    ----------
    runs : sequence of Planned
        In the order in which to run them.
    prefix : str
        With which the names of all their experiments begin.
    is_done : callable
        Whether a run is finished.
    after : callable, optional
        Called after each run, to keep what there is so far.
    """
    failed = {}
    with locked(prefix) as lock:
        waiting = [one for one in runs if not is_done(one)]
        print(f"{len(runs) - len(waiting)} of {counted(len(runs), 'run is', 'runs are')} done already", flush=True)
        seconds: dict[Hashable, list[float]] = defaultdict(list)
        for number, one in enumerate(waiting):
            place = len(runs) - len(waiting) + number + 1
            print(f"\nrun {place} of {len(runs)}: {one}{_describe_time_left(seconds, waiting[number:])}", flush=True)
            started = time.monotonic()
            try:
                run_experiment(one.experiment, lock)
            except FailedExperimentError as fault:
                failed[one.experiment.name] = str(fault)
                print(f"{one} failed: {fault}; the others go on", file=sys.stderr)
            else:
                seconds[one.kind].append(time.monotonic() - started)
                after()
    return failed


def _describe_time_left(seconds: dict[Hashable, list[float]], waiting: Sequence[Planned]) -> str:
    """Describe the time left, estimated from runs of the same kind or, if there are none, from all runs."""
    known = [second for of_kind in seconds.values() for second in of_kind]
    if not known:
        return ""
    left = sum(mean(seconds[one.kind] or known) for one in waiting)
    return f"; about {max(1, round(left / 60))} min left"
