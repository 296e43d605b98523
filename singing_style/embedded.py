"""Many performances at once: heard in parallel processes, embedded in this one."""

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
    """What became of many recordings.

    Attributes
    ----------
    performances : list of Performance
        In the order given, without those that failed.
    failed : dict of Path, or of Takes, to str
        Why each of the others could not be embedded.
    too_little : list of Path or Takes
        Those among them in which too little is sung to judge; of short takes, several may be heard together.
    """

    performances: list[Performance] = field(default_factory=list)
    failed: dict[Path | Takes, str] = field(default_factory=dict)
    too_little: list[Path | Takes] = field(default_factory=list)

    def refuse(self, source: Path | Takes, fault: BadRecordingError) -> None:
        """Note why something could not be embedded."""
        self.failed[source] = str(fault)
        if isinstance(fault, TooLittleSinging):
            self.too_little.append(source)


def hear_many(
    sources: Sequence[Path | Takes], listening: Listening, workers: int | None = None
) -> Iterator[tuple[Path | Takes, Heard | BadRecordingError]]:
    """Hear files in parallel, one thread each, a few at a time.

    Parameters
    ----------
    sources : sequence of Path or Takes
    listening : Listening
    workers : int, optional
        Processes; by default one a core. With one, all is done in this process.

    Yields
    ------
    source : Path or Takes
        In the order given.
    heard : Heard or BadRecordingError
        What was heard, or why it cannot be used.
    """
    found_anywhere = [source.absolute() for source in sources]
    heard = in_processes(partial(attempt, listening=listening), found_anywhere, workers)
    yield from zip(sources, heard, strict=True)


def attempt(source: Path | Takes, listening: Listening) -> Heard | BadRecordingError:
    """Hear a file or takes, or give the fault for which they cannot be used."""
    try:
        return hear(source, listening)
    except BadRecordingError as fault:
        return fault
