"""``singing-style embed``: the vectors of recordings, for use elsewhere."""

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    JOIN,
    OK,
    SOME_FAILED,
    fail,
    list_failed,
    list_passed_over,
    print_json,
    printable,
    reported,
)
from singing_style.cli.options import AsJson, ModelFile, Quiet, Workers
from singing_style.cli.remarks import print_all_remarks

if TYPE_CHECKING:
    from singing_style.performance import Performance

# How the tables begin that this command writes.
CSV_BEGINNING = b"name,kind,start_s,end_s,"


@reported
def embed(
    sounds: Annotated[
        list[Path],
        typer.Argument(metavar="FILES|FOLDERS...", help="Recordings; a folder stands for every sound file in it."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write, ending in .npz, .csv or .parquet.")
    ],
    join: Annotated[
        bool,
        typer.Option("--join", help="Treat the files of each folder as takes of one performance, with one vector."),
    ] = False,
    model: ModelFile = None,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Write the vectors of recordings, for use elsewhere.

    There is one for each performance and one for each clip of about 6 s, with their times. Any format, sampling rate
    and length will do; only what is sung counts. Performances whose vectors lie close together (Euclidean distance) are
    sung alike. A file that cannot be used is reported, and the rest are processed (exit code 3).

    For example:
      singing-style embed takes/ -o takes.npz
      singing-style embed one.wav other.m4a -o vectors.csv
      singing-style embed --join anns_phrases/ zoes_phrases/ -o two.npz
      python -c "import numpy; print(numpy.load('takes.npz')['vectors'].shape)"
    """
    from singing_style.sounds import find_passed_over, find_sounds
    from singing_style.takes import each_performance
    from singing_style.vectors import check_target, write_vectors

    check_target(output)
    _check_nothing_is_lost(output)
    joined = chain.from_iterable(each_performance([place], join=True) for place in sounds)
    sources = list(joined) if join else find_sounds(sounds)

    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    embedded = style.embed_many(sources, workers=workers, progress=not quiet)
    failed = {str(source): reason for source, reason in embedded.failed.items()}
    short, remedy = set(map(str, embedded.too_little)), "" if join else JOIN
    if not embedded.performances:
        list_failed(failed, short, remedy)
        fail(f"none of {counted(len(sources), 'performance' if join else 'file')} can be used")
    write_vectors(embedded.performances, output, style.identity)
    clips = sum(len(one.clips) for one in embedded.performances)
    if as_json:
        described = [_described(one) for one in embedded.performances]
        print_json({"output": output, "model": style.identity, "performances": described, "failed": failed})
    else:
        performances = counted(len(embedded.performances), "performance")
        typer.echo(printable(f"{output}: {performances}, {counted(clips, 'clip')}"))
    list_passed_over(find_passed_over(*sounds))
    print_all_remarks(embedded.performances)
    list_failed(failed, short, remedy)
    return SOME_FAILED if failed else OK


def _check_nothing_is_lost(output: Path) -> None:
    """Reject an output that would write over another file than one of vectors: it may be precious."""
    from singing_style.recognise import recognise

    if not output.exists():
        return
    what = recognise(output)
    same = {".npz": "a file of vectors", ".parquet": "a Parquet table", ".csv": "a table (CSV)"}[output.suffix.lower()]
    with output.open("rb") as file:
        begins = file.read(len(CSV_BEGINNING))
    other_columns = output.suffix.lower() == ".csv" and begins != CSV_BEGINNING
    if what != "an empty file" and (not what.startswith(same) or other_columns):
        raise BadInputError(f"{output}: {what}, which would be lost; name another file")


def _described(one: "Performance") -> dict[str, Any]:
    return {"name": one.name, "seconds": one.seconds, "voiced_seconds": one.voiced_seconds, "clips": len(one.clips)}
