"""The command ``singing-style``; ``python -m singing_style`` where it is not installed, as in a clone."""

import os
import sys

from singing_style.cli import app
from singing_style.cli.console import BAD_INPUT, NO_ROOM


def main() -> None:
    """Run the command; what Typer prints itself, such as the help, may find no room on the disk either."""
    _open_closed_streams()
    try:
        app(prog_name="singing-style")
    except OSError as fault:
        if fault.errno not in NO_ROOM:
            raise
        print(f"singing-style: error: {fault.strerror}; free some room, or print elsewhere", file=sys.stderr)
        sys.exit(BAD_INPUT)


def _open_closed_streams() -> None:
    """Take what is printed nowhere where a stream was closed (`>&-`), before a file that is opened gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, os.fdopen(number, "r" if not number else "w", encoding="utf-8"))


if __name__ == "__main__":
    main()
