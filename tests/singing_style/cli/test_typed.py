from typing import Annotated

import typer
from typer.testing import CliRunner

from singing_style.cli.typed import typed_again

app = typer.Typer()


@app.command()
def sing(
    context: typer.Context,
    folder: str,
    output: Annotated[str, typer.Option("--output", "-o")] = "x",
    share: float | None = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
) -> None:
    typer.echo(typed_again(context, "--join"))


@app.command()
def other() -> None: ...


def test_what_was_typed_is_quoted_and_what_was_not_is_left_out() -> None:
    said = CliRunner().invoke(app, ["sing", "-q", "two words", "--share", "0.05"]).stdout
    assert said == "singing-style sing 'two words' --share 0.05 -q --join\n"
    said = CliRunner().invoke(app, ["sing", "choir", "--output", "m"]).stdout
    assert said == "singing-style sing choir -o m --join\n"
