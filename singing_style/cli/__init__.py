"""The command ``singing-style``: one module a subcommand, which parses, calls and prints."""

from typing import Annotated

import typer

from singing_style.cli.compare import compare
from singing_style.cli.embed import embed
from singing_style.cli.index import index
from singing_style.cli.similar import similar
from singing_style.cli.validate import validate

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"singing-style {version('singing-style')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Who sings like whom, whatever the song.

    \b
    Start with what you have:
      singing-style validate my_choir              is this corpus fit to train on?
      singing-style index my_choir -o choir.npz    listen to a collection once
      singing-style similar take.wav --to choir.npz    who of them sings like this?
      singing-style compare one.wav other.wav      the same singer?
      singing-style look take.wav -o take.png      what the network listens to
      singing-style embed takes -o takes.npz       the vectors, to work with elsewhere
      singing-style export -o style.onnx           the network, for other programs

    \b
    Exit codes: 0 done; 1 bad input (one line says what and the remedy); 2 wrong usage;
    3 some files could not be used, the rest was done; 130 interrupted.
    """


for command in (validate, index, similar, compare, embed):
    app.command()(command)
