"""``singing-style index``: a collection of known voices to look in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from singing_style.cli.console import (
    OK,
    SOME_FAILED,
    AsJson,
    ModelFile,
    Quiet,
    check_folder,
    list_failed,
    print_json,
    reported,
    warn,
)

if TYPE_CHECKING:
    from singing_style.model import StyleModel
    from singing_style.voice_index import VoiceIndex


@reported
def index(
    collection: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|MANIFEST",
            help="A folder for each singer, or manifest.csv (path,singer[,song]) beside them.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The index; one that is there is brought up to date.")],
    singer_from: Annotated[
        str | None,
        typer.Option(help="Read the singer off each path: a regular expression with (?P<singer>), maybe (?P<song>)."),
    ] = None,
    join: Annotated[
        bool,
        typer.Option(
            "--join",
            help="Hear the recordings of one singer and one song (of one singer, where songs are not told) together, "
            "in the order of their names, up to about 60 s a performance.",
        ),
    ] = False,
    model: ModelFile = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that listen. Default: one a core.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Listen to a collection of known singers, once.

    Run it again when the collection has changed: only new or changed files are listened to, and files that are gone
    leave the index. It belongs to the model that made it; with another one all is listened to again.

    Takes of a phrase each hold too little singing to be judged one by one. With --join they are heard one after the
    other as one performance, 0.2 s of silence between them. After about 60 s the next performance begins, so a singer
    with many takes has several; takes left over that last less than 30 s stay with the performance before. A take that
    cannot be decoded is named and left out, and the others are joined.

    For example:
      singing-style index choir/ -o choir.npz                 choir/Ann/*.wav, choir/Ben/*.wav, ...
      singing-style index choir/manifest.csv -o choir.npz     a table: path,singer,song
      singing-style index phrases/ -o choir.npz --join        short takes, heard together
      singing-style index takes/ -o takes.npz --singer-from '(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav'
    """
    from singing_style.roster import read_roster

    check_folder(output)
    roster = read_roster(collection, singer_from).checked()

    from singing_style.indexing import index_voices
    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    done = index_voices(style, roster, _earlier(output, style), join=join, workers=workers, progress=not quiet)
    done.index.save(output)
    singers = done.index.singers
    if as_json:
        print_json(
            {
                "output": output,
                "model": done.index.model,
                "performances": len(done.index.voices),
                "singers": singers,
                "kept": done.kept,
                "heard": done.heard,
                "gone": done.gone,
                "failed": done.failed,
            }
        )
    else:
        typer.echo(
            f"{output}: {len(done.index.voices)} performances of {len(singers)} singers "
            f"({done.heard} listened to, {done.kept} known before, {done.gone} gone)"
        )
    list_failed(done.failed, 0 if join else done.too_little)
    return SOME_FAILED if done.failed else OK


def _earlier(output: Path, style: "StyleModel") -> "VoiceIndex | None":
    """Read the index that is there; one of another model is of no use. What is no index is never written over."""
    from singing_style.voice_index import VoiceIndex

    if not output.exists():
        return None
    earlier = VoiceIndex.load(output)
    if earlier.model != style.identity:
        warn(f"{output}: made with another model; listening to everything again")
        return None
    return earlier
