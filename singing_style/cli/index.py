"""``singing-style index``: a collection of known voices to search."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.runtime.counting import counted
from pipeline.runtime.files import LONGEST_STEM, content_hash
from singing_style.cli.console import (
    JOIN,
    MOST_LINES,
    OK,
    SOME_FAILED,
    check_output,
    list_failed,
    list_lost,
    list_passed_over,
    print_json,
    printable,
    reported,
    warn,
)
from singing_style.cli.options import AsJson, Join, ModelFile, Quiet, SingerFrom, SungCollection, Workers
from singing_style.cli.remarks import list_bands, print_all_remarks, tell_copies, tell_uneven_lengths

if TYPE_CHECKING:
    from singing_style.disagreement import Disagreement
    from singing_style.indexing import Indexed
    from singing_style.model import StyleModel
    from singing_style.roster import Roster
    from singing_style.voice_index import VoiceIndex


@reported
def index(
    collection: SungCollection,
    output: Annotated[Path, typer.Option("--output", "-o", help="The index; an existing one is updated.")],
    singer_from: SingerFrom = None,
    join: Join = False,
    model: ModelFile = None,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Listen to a collection of known singers, once.

    Run it again when the collection has changed: only new or changed files are listened to, and files that are gone
    are dropped. An index belongs to the model that made it; with another model everything is listened to again.

    Takes of single phrases hold too little singing to be judged one by one. With --join they are heard one after the
    other as one performance, with 0.2 s of silence between them. After about 60 s the next performance begins, so a
    singer with many takes has several; a remainder of less than 30 s is added to the performance before it. A take that
    cannot be decoded is reported and left out, and the others are joined.

    Performances that do not agree with the others of their singer are indexed and named: they may be somebody else's,
    or the singer's own in another register, effort or microphone.

    If another run has written the same file meanwhile, that is kept, and this index gets a name beside it.

    For example:
      singing-style index choir/ -o choir.npz                 choir/Ann/*.wav, choir/Ben/*.wav, ...
      singing-style index choir/manifest.csv -o choir.npz     a table: path,singer,song
      singing-style index phrases/ -o choir.npz --join        short takes, heard together
      singing-style index takes/ -o takes.npz --singer-from '(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav'
    """
    from singing_style.roster import read_roster

    check_output(output, "choir.npz")
    roster = read_roster(collection, singer_from).checked()

    from singing_style.indexing import index_voices
    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    before = _content(output)
    done = index_voices(style, roster, _earlier(output, style), join=join, workers=workers, progress=not quiet)
    place = _save(done.index, output, before)
    _report(done, place, roster, "" if join else JOIN, as_json=as_json)
    return SOME_FAILED if done.failed or place != output else OK


def _content(output: Path) -> str:
    return content_hash(output) if output.exists() else ""


def _save(index: "VoiceIndex", output: Path, before: str) -> Path:
    """Write the index, and return where: beside a file that is not what it was before and may hold others' work."""
    meanwhile = _content(output)
    if meanwhile in ("", before):
        index.save(output)
        return output
    names = (f"{output.stem[:LONGEST_STEM]}-{number}{output.suffix}" for number in count(2))
    place = next(place for place in map(output.with_name, names) if not place.exists())
    index.save(place)
    if content_hash(place) == meanwhile:
        place.unlink()
        return output
    warn(
        f"{output}: was written by another run meanwhile, and is left as it is; this index is {place}: keep the one "
        "that you need, or run it again to update the other"
    )
    return place


def _report(done: "Indexed", output: Path, roster: "Roster", remedy: str, *, as_json: bool) -> None:
    """Say what was indexed and, on standard error, what was left out and what does not agree."""
    from singing_style.disagreement import explain_disagreements, find_disagreements

    disagreeing = find_disagreements(done.index)
    if as_json:
        print_json({"output": output} | _as_json(done, disagreeing))
    else:
        without = f"; {counted(len(done.failed), 'recording')} left out, see below" if done.failed else ""
        sizes = sorted(map(len, done.index.rows_by_singer.values()))
        each = f", {sizes[0]} to {sizes[-1]} each" if sizes[0] < sizes[-1] else f", {sizes[0]} each"
        typer.echo(
            printable(
                f"{output}: {counted(len(done.index.voices), 'performance')} of "
                f"{counted(len(done.index.singers), 'singer')}{each} "
                f"({done.heard} listened to, {done.kept} known before, {done.gone} gone{without})"
            )
        )
        list_passed_over(roster.passed_over)
    performances = [voice.performance for voice in done.index.voices]
    print_all_remarks(performances)
    list_bands(performances)
    tell_copies(done.index)
    tell_uneven_lengths(performances)
    list_failed(done.failed, done.short, remedy)
    list_lost(done.lost)
    if disagreeing:
        warn(explain_disagreements(len(disagreeing)))
    for one in disagreeing[:MOST_LINES]:
        warn(f"unlike the others: {one}")
    if len(disagreeing) > MOST_LINES:
        warn(f"unlike the others: {len(disagreeing) - MOST_LINES} more; see all with --json")


def _as_json(done: "Indexed", disagreeing: "Sequence[Disagreement]") -> dict[str, Any]:
    return {
        "model": done.index.model,
        "performances": len(done.index.voices),
        "singers": done.index.singers,
        "kept": done.kept,
        "heard": done.heard,
        "gone": done.gone,
        "failed": done.failed,
        "lost": done.lost,
        "disagreeing": [
            {
                "path": one.voice.path,
                "singer": one.voice.singer,
                "others": one.others,
                "distance": one.distance,
                "nearer": one.nearer,
                "limit": one.limit,
            }
            for one in disagreeing
        ],
    }


def _earlier(output: Path, style: "StyleModel") -> "VoiceIndex | None":
    """Read the existing index, unless another model made it; a file that is not an index is never overwritten."""
    from singing_style.voice_index import VoiceIndex

    if not output.exists():
        return None
    earlier = VoiceIndex.load(output)
    if earlier.model != style.identity:
        warn(f"{output}: made with another model; listening to everything again")
        return None
    return earlier
