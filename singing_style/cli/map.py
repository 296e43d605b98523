"""``singing-style map``: all voices of an index on one page that can be listened to."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    OK,
    SOME_FAILED,
    check_output,
    list_failed,
    print_json,
    printable,
    reported,
    warn,
)
from singing_style.cli.options import AsJson, ModelFile, Quiet

if TYPE_CHECKING:
    from singing_style.choir_map import Drawn

MEGABYTE = 10**6
SUFFIXES = (".html", ".htm")

RecordingsFolder = Annotated[
    Path | None,
    typer.Option(
        help="The folder that holds the recordings, under any names. Default: their paths below the index's folder or "
        "the current one, or below a folder in either.",
        show_default=False,
    ),
]
LargestSize = Annotated[
    float, typer.Option(min=1, max=1000, help="Largest size of the page; beyond it, fewer recordings have sound.")
]


@reported
def map_voices(
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="The index, made by `singing-style index`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The page, a file name ending in .html.")],
    recordings: RecordingsFolder = None,
    max_megabytes: LargestSize = 30.0,
    model: ModelFile = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Draw who sings like whom, on a page that plays.

    Each performance is a point. The page is one file. It opens in any browser without a network, on a phone as well,
    and can be sent to the choir: click a point to hear it, see its nearest voices with their distances, put two voices
    side by side and play the moments at which they are most alike, search for a singer or a song, and share a link to
    what you found.

    The sound comes from the recordings that were indexed. Those that are not found, or have changed since, stay on the
    map without sound and are named (exit code 3). The page contains them: send it only to people to whom you would send
    the recordings.

    Close points sound alike to the network; directions mean nothing. With fewer than 12 points the map is a plain
    projection (principal components) instead of t-SNE. The same index and recordings give the same file.

    For example:
      singing-style map choir.npz -o choir.html
      singing-style map choir.npz -o choir.html --recordings /media/choir
      singing-style map choir.npz -o to_send.html --max-megabytes 10
    """
    if output.suffix.lower() not in SUFFIXES:
        raise BadInputError(f"{output}: the map is a web page; end its name with .html")
    check_output(output, "choir.html")

    from singing_style.voice_index import VoiceIndex

    held = VoiceIndex.load(index)

    from singing_style.choir_map import draw_map
    from singing_style.model import StyleModel
    from singing_style.whereabouts import find_recordings

    style = StyleModel.load(model)
    held.check_model(style.identity, index)
    places = find_recordings(held, recordings, index, progress=not quiet)
    drawn = draw_map(
        held,
        style,
        places.found,
        output,
        source=index,
        missing=places.missing,
        max_megabytes=max_megabytes,
        progress=not quiet,
    )
    failed = places.missing | drawn.failed
    if as_json:
        print_json({"output": output, "model": style.identity, **_as_json(drawn), "failed": failed})
    else:
        typer.echo(printable(f"{output}, {drawn.bytes / MEGABYTE:.1f} MB: {_in_words(drawn)}"))
    _list_silent(failed)
    return SOME_FAILED if failed else OK


def _list_silent(failed: Mapping[str, str]) -> None:
    from singing_style.whereabouts import GONE

    list_failed(failed)
    if GONE in failed.values():
        warn("name the folder that holds the recordings that are not found with --recordings FOLDER")


def _in_words(drawn: "Drawn") -> str:
    heard = "all" if drawn.audible == drawn.performances else str(drawn.audible)
    counts = f"{counted(drawn.performances, 'performance')} of {counted(drawn.singers, 'singer')}"
    return f"{counts}, {heard} to hear; open it in a browser"


def _as_json(drawn: "Drawn") -> dict[str, Any]:
    return {
        "bytes": drawn.bytes,
        "performances": drawn.performances,
        "singers": drawn.singers,
        "clips": drawn.clips,
        "audible": drawn.audible,
    }
