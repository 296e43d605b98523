"""The command ``singing-style``; ``python -m singing_style`` where it is not installed, as in a clone."""

import sys

from singing_style.cli import app
from singing_style.cli.console import BAD_INPUT


def main() -> None:
    """Run the command; what Typer prints itself, such as the help, may find no room on the disk either."""
    try:
        app(prog_name="singing-style")
    except OSError as fault:
        print(f"singing-style: error: {fault.strerror}; free some room, or print elsewhere", file=sys.stderr)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
