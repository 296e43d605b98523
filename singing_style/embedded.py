"""Many performances at once, heard in parallel processes and embedded in this one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline.errors import BadRecordingError
from pipeline.model.listening import Listening
from pipeline.runtime.workers import in_processes
from singing_style.hearing import Heard, hear
from singing_style.performance import Performance, TooLittleSinging
from singing_style.takes import Takes


@dataclass
class Embedded:
    """The result of embedding many recordings.

    Attributes
    ----------
    performances : list of Performance
        In the order given, without those that failed.
    failed : dict of Path, or of Takes, to str
        Why each of the others could not be embedded.
    too_little : list of Path or Takes
        Those of the failed that hold too little singing to judge; several short takes may be heard together.
    """

    performances: list[Performance] = field(default_factory=list)
    failed: dict[Path | Takes, str] = field(default_factory=dict)
    too_little: list[Path | Takes] = field(default_factory=list)

    def refuse(self, source: Path | Takes, fault: BadRecordingError) -> None:
        """Record why a source could not be embedded."""
        self.failed[source] = str(fault)
        if isinstance(fault, TooLittleSinging):
            self.too_little.append(source)


def hear_many(
    sources: Sequence[Path | Takes], listening: Listening, workers: int | None = None
) -> Iterator[tuple[Path | Takes, Heard | BadRecordingError]]:
    """Hear files in parallel, a few at a time, with one thread each.

    Parameters
    ----------
    sources : sequence of Path or Takes
    listening : Listening
    workers : int, optional
        Number of processes; by default one per core. With one, everything is done in this process.

    Yields
    ------
    source : Path or Takes
        In the order given.
    heard : Heard or BadRecordingError
        What was heard, or why it cannot be used.
    """
    absolute = [source.absolute() for source in sources]
    heard = in_processes(partial(attempt, listening=listening), absolute, workers)
    yield from zip(sources, heard, strict=True)


def attempt(source: Path | Takes, listening: Listening) -> Heard | BadRecordingError:
    """Hear a file or takes, or return the error that explains why they cannot be used."""
    try:
        return hear(source, listening)
    except BadRecordingError as fault:
        return fault
