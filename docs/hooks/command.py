"""The reference of the command: the help of ``singing-style`` and of each of its subcommands."""

from typer.testing import CliRunner

from singing_style.cli import app

WIDTH = "100"
INTRODUCTION = """# The command

The help of `singing-style` and its subcommands. What to use it for:
[The command `singing-style`](../how-to/command.md).
"""


def command_page() -> str:
    """Write the page from the help of the command and of its subcommands."""
    names = [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]
    return "\n".join([INTRODUCTION, said(), *(f"## {name}\n\n{said(name)}" for name in names)])


def said(*words: str) -> str:
    """Return the help of the command, or of a subcommand, as a code block.

    Raises
    ------
    RuntimeError
        There is no such subcommand.
    """
    done = CliRunner().invoke(
        app, [*words, "--help"], prog_name="singing-style", env={"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH}
    )
    if done.exit_code:
        raise RuntimeError(f"singing-style {' '.join(words)} --help: {done.output}")
    return f"```text\n{done.output.strip()}\n```\n"
