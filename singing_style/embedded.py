"""Many recordings at once: heard in parallel processes, embedded in this one."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import BadRecordingError
from pipeline.workers import cores
from singing_style.hearing import Heard, hear
from singing_style.listening import Listening
from singing_style.performance import Performance

EACH = 8
"""Recordings that a process hears before the network's turn: what has been heard is held in memory until then."""


@dataclass
class Embedded:
    """What became of many recordings.

    Attributes
    ----------
    performances : list of Performance
        In the order given, without those that failed.
    failed : dict of Path to str
        Why each of the others could not be embedded.
    """

    performances: list[Performance] = field(default_factory=list)
    failed: dict[Path, str] = field(default_factory=dict)


def hear_many(
    paths: Sequence[Path], listening: Listening, workers: int | None = None
) -> Iterator[tuple[Path, Heard | str]]:
    """Hear files in parallel, one thread each, a few at a time.

    Parameters
    ----------
    paths : sequence of Path
    listening : Listening
    workers : int, optional
        Processes; by default one a core. With one, all is done in this process.

    Yields
    ------
    path : Path
        In the order given.
    heard : Heard or str
        What was heard, or why the file could not be used.
    """
    most = min(cores() if workers is None else workers, len(paths))
    if most <= 1:
        yield from ((path, attempt(path, listening)) for path in paths)
        return
    import joblib

    with _one_thread_each(), joblib.Parallel(n_jobs=most) as parallel:
        for start in range(0, len(paths), EACH * most):
            some = paths[start : start + EACH * most]
            yield from zip(
                some, parallel(joblib.delayed(attempt)(path.absolute(), listening) for path in some), strict=True
            )


def attempt(path: Path, listening: Listening) -> Heard | str:
    """Hear a file, or say in one line why it cannot be used."""
    try:
        return hear(path, listening)
    except BadRecordingError as fault:
        return str(fault)


def _one_thread_each() -> AbstractContextManager[object]:
    import joblib

    return joblib.parallel_config(backend="loky", inner_max_num_threads=1)  # type: ignore[no-any-return]
