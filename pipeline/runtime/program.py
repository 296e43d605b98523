"""What every program here has in common: its help, one line for a fault, and the status with which it ends."""

import argparse
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import soundfile

from pipeline.errors import BadInputError, Interrupted

CARRY_ON = "stopped; call it again to carry on"
FAULT = 1
INTERRUPTED = 130
"""Status of a program that was told to stop: what a shell gives for Ctrl-C."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""What the system says when a disk, or one's share of it, is full."""
NO_ROOM_SAID = tuple(text.format(number) for number in NO_ROOM for text in ("errno = {},", "(os error {})"))
"""How HDF5 and safetensors say so: they put the number into their text alone."""
SYSTEM_ERROR = 2
"""libsndfile's SF_ERR_SYSTEM, all that it says when the system refuses to write."""


def parser(module: str, doc: str | None, epilog: str | None = None) -> argparse.ArgumentParser:
    """Make the command line of a program, whose help is the docstring of its module.

    Parameters
    ----------
    module : str
        What `python -m` runs, such as `pipeline.train`.
    doc, epilog : str, optional
        What ``--help`` prints before and after the options.
    """
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=doc,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


@contextmanager
def one_line_faults(name: str, stopped: str = "interrupted") -> Iterator[None]:
    """End the program with one line on standard error when the input is at fault, the disk full, or somebody stops it.

    Parameters
    ----------
    name : str
        Of the program, at the start of the line.
    stopped : str
        What to say after Ctrl-C.

    Raises
    ------
    SystemExit
        With status `FAULT` for bad input and a full disk, `INTERRUPTED` when told to stop.
    """
    try:
        yield
    except BadInputError as fault:
        print(f"{name}: error: {fault}", file=sys.stderr)
        raise SystemExit(FAULT) from None
    except (Interrupted, KeyboardInterrupt) as stop:
        print(f"{name}: {str(stop) or stopped}", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except Exception as fault:
        if not (line := _explain_disk(fault)):
            raise
        print(f"{name}: error: {line}", file=sys.stderr)
        raise SystemExit(FAULT) from None


def _explain_disk(fault: Exception) -> str | None:
    """Say what to do when something could not be written; None for any other fault."""
    said = " ".join(str(fault).split())
    if getattr(fault, "errno", None) in NO_ROOM or any(text in said for text in NO_ROOM_SAID):
        return f"no room on the disk ({said}); free some and run it again"
    if isinstance(fault, soundfile.LibsndfileError) and fault.code == SYSTEM_ERROR:
        return f"a sound file could not be written ({said}); is the disk full? Free some and run it again"
    return None
