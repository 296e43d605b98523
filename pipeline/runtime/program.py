"""What all programs have in common: the help, one line for a fault, and the exit status."""

import argparse
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import soundfile

from pipeline.errors import BadInputError, Interrupted, escape_output, explain_folders, printable

CARRY_ON = "stopped; run it again to carry on"
FAULT = 1
# Exit status of a program that was told to stop, as a shell reports it after Ctrl-C
INTERRUPTED = 130

# Error numbers of a full disk and of an exhausted quota
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# HDF5 and safetensors report the number in their text alone
NO_ROOM_TEXTS = tuple(text.format(number) for number in NO_ROOM for text in ("errno = {},", "(os error {})"))
# libsndfile's SF_ERR_SYSTEM, all that it reports when the system refuses to write
SYSTEM_ERROR = 2


def parser(module: str, doc: str | None, epilog: str | None = None) -> argparse.ArgumentParser:
    """Return the command-line parser of a program, whose help is the docstring of its module.

    Parameters
    ----------
    module : str
        The module that `python -m` runs, such as `pipeline.train`.
    doc, epilog : str, optional
        Text that ``--help`` prints before and after the options.
    """
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=doc,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


@contextmanager
def one_line_faults(name: str, stopped: str = "interrupted") -> Iterator[None]:
    """End the program with one line on standard error when the input is bad, the disk is full, or it is interrupted.

    Parameters
    ----------
    name : str
        Name of the program, at the start of the line.
    stopped : str
        Message after Ctrl-C.

    Raises
    ------
    SystemExit
        With status `FAULT` for bad input or a full disk, `INTERRUPTED` when told to stop.
    """
    escape_output()
    try:
        yield
    except BadInputError as fault:
        print(f"{name}: error: {printable(str(fault))}", file=sys.stderr)
        raise SystemExit(FAULT) from None
    except (Interrupted, KeyboardInterrupt) as stop:
        print(f"{name}: {str(stop) or stopped}", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except Exception as fault:
        if not (line := explain_folders(fault) or _explain_disk(fault)):
            raise
        print(f"{name}: error: {line}", file=sys.stderr)
        raise SystemExit(FAULT) from None


def _explain_disk(fault: Exception) -> str | None:
    """Return what to do when a file could not be written, or None for any other fault."""
    text = " ".join(str(fault).split())
    if getattr(fault, "errno", None) in NO_ROOM or any(sign in text for sign in NO_ROOM_TEXTS):
        return f"no room on the disk ({text}); free some and run it again"
    if isinstance(fault, soundfile.LibsndfileError) and fault.code == SYSTEM_ERROR:
        return f"a sound file could not be written ({text}); is the disk full? Free some and run it again"
    return None
