"""What all commands share: errors in one line, exit codes, JSON."""

import errno
import inspect
import json
import math
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import typer

from pipeline.errors import BadInputError, BadRecordingError, explain_folders
from pipeline.errors import printable as printable
from pipeline.runtime.counting import counted
from pipeline.runtime.files import check_writable
from singing_style.extras import naming_extra
from singing_style.nameless import NoSingerError

# Exit codes. Typer exits with `USAGE` for an unknown option; 130 is a shell's code for Ctrl-C.
OK, BAD_INPUT, USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
if TYPE_CHECKING:
    import pandas as pd

    from pipeline.model.calibration import Calibration
    from singing_style.hearing import Heard
    from singing_style.performance import Performance
    from singing_style.sounds import PassedOver
    from singing_style.takes import Takes

# More recordings that are left out are one line.
MOST_LINES = 5
# What to do about many takes too short to be judged alone.
JOIN = "use --join to hear takes of one performance together"
JOIN_FOLDERS = "use --join if each folder holds takes of one singer, to hear them together"

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

JOIN_TAKES = "if there are more takes of it, pass a folder that holds them all"

P = ParamSpec("P")


def reported(command: Callable[P, int | None]) -> Callable[P, None]:
    """Make a command end with its exit code, and report bad input in one line on standard error."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with naming_extra():
                code = command(*args, **kwargs) or OK
        except NoSingerError as fault:
            fail(fault.explain(reads_names="singer_from" in inspect.signature(command).parameters))
        except BadInputError as fault:
            fail(str(fault))
        except (OSError, RuntimeError) as fault:
            if line := explain_folders(fault):
                fail(line)
            if not isinstance(fault, OSError):
                raise
            if fault.errno == errno.EPIPE:
                sys.stderr.close()  # the reader of our output is gone: there is nobody left to tell
                raise typer.Exit(OK) from None
            if not fault.filename and fault.errno not in NO_ROOM:
                raise
            where = f"{fault.filename}: " if fault.filename else ""
            fail(f"{where}{fault.strerror}; check the path, your permissions and the free disk space")
        except KeyboardInterrupt:
            typer.echo("singing-style: interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None
        if code:
            raise typer.Exit(code)

    return run


def fail(message: str) -> NoReturn:
    """Report in one line what is wrong with the input, and exit."""
    typer.echo(f"singing-style: error: {printable(message)}", err=True)
    raise typer.Exit(BAD_INPUT) from None


def warn(message: str) -> None:
    """Print one line on standard error, and go on."""
    typer.echo(f"singing-style: {printable(message)}", err=True)


def print_json(content: Any) -> None:
    """Print as JSON; numbers that JSON cannot express, such as minus infinity, become null."""
    typer.echo(json.dumps(_finite(content), indent=2, default=_plain))


def performance_as_json(sound: "Path | Takes", heard: "Performance | Heard") -> dict[str, Any]:
    """Describe what was heard, and how much of it, in JSON's types."""
    from singing_style.takes import files_of

    return {
        "file": str(sound),
        "takes": files_of(sound),
        "seconds": heard.seconds,
        "voiced_seconds": heard.voiced_seconds,
        "band": [heard.band.lowest, heard.band.highest],
        "remarks": heard.remarks,
    }


@contextmanager
def naming(sound: "Path | Takes") -> Iterator[None]:
    """Prefix an error with the recording's name, and append the remedy where some of it is sung, but too little."""
    from singing_style.performance import TooLittleSinging

    try:
        yield
    except TooLittleSinging as fault:
        more = f"; {JOIN_TAKES}" if fault.voiced_seconds else ""
        raise BadInputError(f"{sound}: {fault}{more}") from None
    except BadRecordingError as fault:
        raise BadInputError(f"{sound}: {fault}") from None


def check_prior(prior: float | None) -> None:
    """Reject a prior that leaves nothing to find out."""
    if prior is not None and not 0 < prior < 1:
        raise BadInputError(f"--prior {prior:g}: a probability strictly between 0 and 1 is required")


def clock(seconds: float) -> str:
    """Format a time as minutes and seconds.

    Examples
    --------
    >>> clock(83.26)
    '1:23.3'
    """
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def moments_in(sound: "Path | Takes", moments: Iterable[float]) -> list[str]:
    """Format moments of a performance; of takes, with the name of the file that sounds then."""
    if isinstance(sound, Path):
        return [clock(seconds) for seconds in moments]
    from singing_style.takes import find_take, measure_take

    lengths = [measure_take(file, Path(tempfile.gettempdir())) for file in sound.files[:-1]]
    found = [find_take(sound, lengths, seconds) for seconds in moments]
    return [f"{clock(at)} of {file.name}" for file, at in found]


def check_output(output: Path, such_as: str) -> None:
    """Reject an output path that cannot be written, or has a recording's name, before any work is done.

    Parameters
    ----------
    output : Path
    such_as : str
        A name that would do, for the message.
    """
    from singing_style.sounds import SUFFIXES

    check_writable(output)
    if output.suffix.lower() in SUFFIXES:
        raise BadInputError(f"{output}: the name of a recording; name another file, such as {such_as}")


def explain_calibration(
    calibration: "Calibration", prior: float | None, doubt: str = "", *, borne_out: bool = False
) -> str:
    """Describe what a probability is based on, or why none is shown.

    Parameters
    ----------
    calibration : Calibration
    prior : float or None
        As asked for.
    doubt : str, optional
        Why the calibration is not known to hold, and what helps; empty where it is.
    borne_out : bool, optional
        Whether the recordings of an index show that it holds; of a calibration that was fitted to recordings like
        these, perhaps to the same, what it is worth for singers who were not among them is said instead.
    """
    assumed = calibration.prior if prior is None else prior
    if not calibration.known:
        return f"No probability: the model's corpus ({calibration.corpus}) has no pairs to calibrate on."
    if doubt:
        return f"No probability: {doubt}."
    seen_alone = borne_out and calibration.unseen_error is None
    why = "the recordings of this index bear it out" if seen_alone else _own_error_in_words(calibration)
    on = f"{counted(calibration.pairs, 'pair')} of {counted(calibration.singers, 'singer')}"
    return (
        f"The probability assumes a prior of {assumed:g}, and is calibrated on {on} ({printable(calibration.corpus)}), "
        f"{_threshold_in_words(calibration)}; {why}."
    )


def _own_error_in_words(calibration: "Calibration") -> str:
    points = counted(round(100 * (calibration.unseen_error or 0)), "point")
    return f"for singers who were not in its fit it is off by {points} on average, and so for recordings like theirs"


def _threshold_in_words(calibration: "Calibration") -> str:
    if calibration.strangers is None:
        return f"at an equal error rate of {calibration.equal_error_rate:.0%}"
    return f"at a threshold that accepts at most {100 * calibration.strangers:.3g}% of strangers"


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns that are as wide as their widest entry; the first row is the heading."""
    shown = [[printable(entry) for entry in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        typer.echo("  ".join(f"{entry:{width}}" for entry, width in zip(row, widths, strict=True)).rstrip())


def check_table(output: Path | None) -> None:
    """Reject an output that is not a CSV table in a folder before any work is done."""
    if output is None:
        return
    if output.suffix.lower() != ".csv":
        raise BadInputError(f"{output}: the table is written as CSV; end its name with .csv")
    check_output(output, "table.csv")


def write_table(table: "pd.DataFrame", output: Path) -> None:
    """Write a table as CSV, whole or not at all; what UTF-8 or a line cannot hold is escaped."""
    from pipeline.runtime.files import written_whole

    escaped = table.map(lambda cell: printable(cell) if isinstance(cell, str) else cell)
    with written_whole(output) as temporary:
        escaped.to_csv(temporary, index=False, lineterminator="\n")


def list_failed(failed: Mapping[str, str], too_little: Collection[str] = (), remedy: str = "") -> None:
    """List on standard error what could not be used: a line each, or one line for many, which begins with the remedy.

    Parameters
    ----------
    failed : mapping of str to str
        Why, by name.
    too_little : collection of str, optional
        Those of them that hold too little singing.
    remedy : str, optional
        What to do about these.
    """
    short = [name for name in failed if name in too_little]
    others = [name for name in failed if name not in too_little]
    for names, advice, what in (
        (short, remedy, "hold too little singing"),
        (others, "see all reasons with --json", "cannot be used"),
    ):
        if len(names) <= MOST_LINES:
            for name in names:
                warn(f"left out: {name}: {failed[name]}")
            if names and names is short and advice:
                warn(advice)
        else:
            start = f"{advice}: " if advice else ""
            warn(f"{start}{len(names)} recordings left out that {what}, such as {names[0]} ({failed[names[0]]})")


def list_lost(singers: Sequence[str]) -> None:
    """Say on standard error of which singers no recording is left."""
    if singers:
        others = f" and {len(singers) - MOST_LINES} more" if len(singers) > MOST_LINES else ""
        warn(f"no usable recording of {', '.join(singers[:MOST_LINES])}{others}: not in the result")


def list_passed_over(passed: "PassedOver | None") -> None:
    """List on standard error the folders behind links, which were not entered, and count files that are no sound."""
    for link in passed.links if passed else ():
        warn(f"not followed: {link}: a link to a folder; put the folder itself there")
    if passed and passed.files:
        files = counted(len(passed.files), "file that is", "files that are")
        warn(f"passed over: {files} not sound, such as {passed.files[0]}")


def _finite(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _finite(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return value.item()
