"""The same work on every recording, on all cores with one thread each; bad recordings are reported and left out."""

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints

import pandas as pd
from pydantic import TypeAdapter
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from pipeline.errors import BadInputError, BadRecordingError, printable
from pipeline.runtime.counting import counted
from pipeline.runtime.files import link_or_copy
from pipeline.runtime.scratch import KeptWork, Scratch
from pipeline.runtime.workers import cores, in_parallel

Result = TypeVar("Result")
Arguments = tuple[object, ...]
Call = tuple[Path, Callable[..., Any], str, Arguments]


@dataclass(frozen=True)
class LeftOut:
    """A recording that a stage could not use, and why."""

    recording: str
    reason: str

    def __str__(self) -> str:
        """Return both in one line."""
        return printable(f"{self.recording}: {self.reason}")


@dataclass(frozen=True)
class Done(Generic[Result]):
    """The results by recording, in the order given, and the recordings left out."""

    results: dict[str, Result]
    left_out: list[LeftOut]

    def summary(self) -> str:
        """Summarise how many recordings were done and which were left out, with the first reasons."""
        text = counted(len(self.results), "recording")
        if self.left_out:
            named = "; ".join(map(str, self.left_out[:3]))
            more = f"; and {len(self.left_out) - 3} more" if len(self.left_out) > 3 else ""
            text += f", {len(self.left_out)} left out ({named}{more})"
        return text

    def write_report(self, path: Path) -> None:
        """Write the recordings left out as CSV (``recording,reason``), an empty table if there are none."""
        rows = [(printable(fault.recording), printable(fault.reason)) for fault in self.left_out]
        pd.DataFrame(rows, columns=["recording", "reason"]).to_csv(path, index=False)


@dataclass(frozen=True)
class Input:
    """An argument of the work: a file that it reads."""

    path: Path


@dataclass(frozen=True)
class Output:
    """An argument of the work: a file that it writes."""

    path: Path


def for_each_recording(
    work: Callable[..., Result],
    recordings: Sequence[str],
    arguments: Iterable[tuple[object, ...]],
    *,
    label: str,
    max_bad_share: float,
    scratch: Scratch | None = None,
    unit: str = "recordings",
) -> Done[Result]:
    """Call ``work(*arguments)`` once per recording, in parallel processes.

    Parameters
    ----------
    work : callable
        A module-level function; raises `BadRecordingError` for a recording that it cannot use.
    recordings : sequence of str
        Names, one per call.
    arguments : iterable of tuple
        The arguments of each call, in the same order. `Input` and `Output` name files; the work receives their paths.
    label : str
        Text before the progress bar.
    max_bad_share : float
        The stage stops when more than this share of the recordings is bad, 0 to 1.
    scratch : Scratch, optional
        Where finished work is kept and found again. The work must then depend on nothing but its arguments and the
        contents of its inputs, leave nothing but its outputs, and declare a result that JSON can hold (numbers, text,
        lists, dataclasses of these). Recordings that cannot be used are tried again.
    unit : str, optional
        The unit that the progress bar counts.

    Returns
    -------
    Done
        In the order given, whatever the number of processes.

    Raises
    ------
    BadInputError
        Too many recordings are bad, or none is good.
    """
    known = _importable(work)
    calls = [(Path.cwd(), known, recording, call) for recording, call in zip(recordings, arguments, strict=True)]
    with tqdm(total=len(calls), desc=label, unit=f" {unit}", mininterval=1.0) as bar:
        outcomes = _outcomes(calls, scratch, bar.update)
    done = _gather(recordings, outcomes)
    _stop_if_too_many_bad(done, len(recordings), max_bad_share)
    return done


@dataclass(frozen=True)
class Missing:
    """Work still to be done, and the scratch entry to keep it in."""

    entry: KeptWork | None


def _importable(work: Callable[..., Result]) -> Callable[..., Result]:
    """Return the work as other processes import it, even if its module runs as a program."""
    program = sys.modules["__main__"].__spec__
    if work.__module__ != "__main__" or program is None:
        return work
    found: Callable[..., Result] = getattr(importlib.import_module(program.name), work.__qualname__)
    return found


def _outcomes(calls: Sequence[Call], scratch: Scratch | None, advance: Callable[[], object]) -> list[Any]:
    """Restore what the scratch store holds, do the rest, and keep the order."""
    found: list[Any] = []
    with ThreadPoolExecutor(cores()) as threads:
        for outcome in threads.map(partial(_find, scratch), calls):
            found.append(outcome)
            if not isinstance(outcome, Missing):
                advance()
    missing = [at for at, outcome in enumerate(found) if isinstance(outcome, Missing)]
    attempts = in_parallel(_attempt, [(*calls[at], found[at].entry) for at in missing])
    for at, outcome in zip(missing, attempts, strict=True):
        found[at] = outcome
        advance()
    if scratch and missing:
        scratch.trim()
    return found


def _find(scratch: Scratch | None, call: Call) -> Any:
    """Restore the outputs of a call and return its result, or `Missing` where the scratch store lacks them."""
    if scratch is None:
        return Missing(None)
    _, work, _, arguments = call
    settings = [argument for argument in arguments if not isinstance(argument, Input | Output)]
    inputs = [argument.path for argument in arguments if isinstance(argument, Input)]
    entry = scratch.entry(inputs, [work.__qualname__, *settings])
    if entry:
        with suppress(LookupError):
            return _result_type(work).validate_python(entry.restore(_outputs(arguments)))
    return Missing(entry)


def _attempt(
    folder: Path, work: Callable[..., Result], recording: str, arguments: Arguments, entry: KeptWork | None
) -> Result | LeftOut:
    """Do the work with one thread, and in the caller's folder, which a reused process may have left."""
    try:
        with contextlib.chdir(folder), threadpool_limits(1):
            return _do(work, arguments, entry)
    except BadRecordingError as fault:
        return LeftOut(recording, str(fault))


def _do(work: Callable[..., Result], arguments: Arguments, entry: KeptWork | None) -> Result:
    """Call the work; with an entry, it writes temporary files, which are moved into place once all are complete."""
    outputs = _outputs(arguments)
    if entry is None:
        return _call(work, arguments, outputs)
    with entry.unfinished() as folder:
        written = [folder / f"{number}{output.suffix}" for number, output in enumerate(outputs)]
        result = _call(work, arguments, written)
        for file, output in zip(written, outputs, strict=True):
            link_or_copy(file, output)
        entry.finish(folder, written, _result_type(work).dump_python(result, mode="json"))
    return result


def _call(work: Callable[..., Result], arguments: Arguments, outputs: Sequence[Path]) -> Result:
    left = iter(outputs)
    paths = (next(left) if isinstance(a, Output) else a.path if isinstance(a, Input) else a for a in arguments)
    return work(*paths)


def _outputs(arguments: Arguments) -> list[Path]:
    return [argument.path for argument in arguments if isinstance(argument, Output)]


@cache
def _result_type(work: Callable[..., Result]) -> TypeAdapter[Result]:
    return TypeAdapter(get_type_hints(work)["return"])


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
    named = "; ".join(map(str, done.left_out[:5]))
    raise BadInputError(
        f"{bad} of {counted(total, 'recording')} cannot be used, more than max_bad_share {max_bad_share:g} allows: "
        f"{named}"
    )
