"""The command ``singing-style``: one module per subcommand, which parses, calls and prints."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from pipeline.errors import escape_output
from singing_style.cli.calibrate import calibrate
from singing_style.cli.compare import compare
from singing_style.cli.embed import embed
from singing_style.cli.evaluate import evaluate
from singing_style.cli.example import CommandWithExamples
from singing_style.cli.export import export
from singing_style.cli.index import index
from singing_style.cli.look import look
from singing_style.cli.map import map_voices
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
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"singing-style {version('singing-style')}")
        except PackageNotFoundError:
            typer.echo("singing-style, run from its sources")
        raise typer.Exit


def lay_out(command: Callable[..., Any]) -> str:
    """Build a command's help from its docstring; paragraphs with indented lines keep their line breaks."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return "\n\n".join(f"\b\n{text}" if "\n " in text else text for text in paragraphs)


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Find out who sings like whom, whatever the song.

    Start with what you have:
      singing-style validate my_choir                  can these recordings be used?
      singing-style index my_choir -o choir.npz        listen to a collection once
      singing-style similar take.wav --to choir.npz    which of them sings, or is it nobody?
      singing-style similar phrases/ --to choir.npz    the same, for short takes heard together
      singing-style similar new --to choir.npz --each  the same, file by file
      singing-style compare one.wav other.wav          how alike? a folder: all against all
      singing-style calibrate my_choir -o my.safetensors
                                                       what distances mean for recordings like yours
      singing-style look take.wav -o take.png          what the network hears
      singing-style map choir.npz -o choir.html        everybody on a page that plays
      singing-style embed takes -o takes.npz           the vectors, for use elsewhere
      singing-style evaluate choir                     how often is the model wrong about who sings?
      singing-style export -o style.onnx               the network, for other programs

    Exit codes:
      0    done
      1    bad input; one line names the fault and the remedy
      2    wrong usage
      3    some files could not be used, the rest was done
      130  interrupted
    """
    escape_output()


app.callback(help=lay_out(main))(main)
COMMANDS: dict[str, Callable[..., Any]] = {
    "validate": validate,
    "index": index,
    "similar": similar,
    "compare": compare,
    "calibrate": calibrate,
    "map": map_voices,
    "look": look,
    "embed": embed,
    "evaluate": evaluate,
    "export": export,
}
for name, command in COMMANDS.items():
    app.command(name, cls=CommandWithExamples, help=lay_out(command))(command)
