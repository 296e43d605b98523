"""``singing-style validate``: everything wrong with a corpus, before anyone waits."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import BadInputError
from singing_style.cli.console import BAD_INPUT, OK, AsJson, Quiet, check_folder, print_json, printable, reported


@reported
def validate(
    corpus: Annotated[
        Path, typer.Argument(metavar="MANIFEST|FOLDER", help="manifest.csv (path,singer,song[,split]), or its folder.")
    ],
    singer_from: Annotated[
        str | None,
        typer.Option(help="Read singer and song off the paths: a regular expression with (?P<singer>) and (?P<song>)."),
    ] = None,
    songs: Annotated[str, typer.Option(help="Songs of train/validation/test to split into.")] = "6/4/4",
    max_bad_share: Annotated[float, typer.Option(min=0, max=1, help="Share of unusable recordings that stops.")] = 0.1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write what was measured, a row a recording, as CSV.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Check a corpus before training on it: all that is wrong, in one go.

    Unreadable files, durations, seconds sung, the same sound under two names, levels and clipping, singers and songs of
    each part, the balanced splits that are possible, and how far the recording alone (microphone, room) gives the
    singer away. Needs no model.

    Exit code 1 when something would stop the pipeline, 0 with or without warnings otherwise.

    For example:
      singing-style validate my_choir/manifest.csv
      singing-style validate my_choir --songs 2/2/2 -o checked.csv
      singing-style validate takes --singer-from '(?P<singer>[^_/]+)_(?P<song>[^_/]+)[.]wav'
    """
    counts = _triple(songs)
    if output:
        check_folder(output)

    from singing_style.roster import read_roster
    from singing_style.validation import report
    from singing_style.validation import validate as check

    found = check(
        read_roster(corpus, singer_from),
        songs=counts,
        max_bad_share=max_bad_share,
        progress=not quiet,
    )
    if output:
        found.recordings.to_csv(output, index=False, lineterminator="\n")
    if as_json:
        print_json(report.as_json(found))
    else:
        for line in report.tell(found).splitlines():
            typer.echo(printable(line))
    return BAD_INPUT if found.stops else OK


def _triple(text: str) -> tuple[int, int, int]:
    numbers = [int(part) for part in text.split("/") if part.isascii() and part.isdigit()]
    if len(numbers) != 3 or text.count("/") != 2 or min(numbers) < 1:
        raise BadInputError(f"--songs {text!r}: write three numbers of songs from 1 on, such as 6/4/4")
    return numbers[0], numbers[1], numbers[2]
