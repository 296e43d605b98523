"""``singing-style index``: a collection of known voices to search."""

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
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
    from singing_style.voice_index import Voice, VoiceIndex

SUFFIX = ".npz"


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
    if output.suffix.lower() != SUFFIX:
        raise BadInputError(f"{output}: the output is an index; end its name with {SUFFIX}")
    roster = read_roster(collection, singer_from).checked()

    from singing_style.indexing import index_voices
    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    before, earlier = _content(output), _earlier(output, roster, style)
    done = index_voices(style, roster, earlier, join=join, workers=workers, progress=not quiet)
    place = _save(done.index, output, before)
    _report(done, _find_missing(earlier, done.index), place, roster, "" if join else JOIN, as_json=as_json)
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
    place = next(filter(_claim, map(output.with_name, names)))
    try:
        index.save(place)
    except BaseException:
        place.unlink()  # as it was claimed, empty
        raise
    if content_hash(place) == meanwhile:
        place.unlink()
        return output
    warn(
        f"{output}: was written by another run meanwhile, and is left as it is; this index is {place}: keep the one "
        "that you need, or run it again to update the other"
    )
    return place


def _claim(place: Path) -> bool:
    """Create an empty file, unless there is one: of several runs at once, one alone gets the name."""
    try:
        place.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _report(
    done: "Indexed",
    missing: "tuple[list[Voice], list[Voice]]",
    output: Path,
    roster: "Roster",
    remedy: str,
    *,
    as_json: bool,
) -> None:
    """Say what was indexed and, on standard error, what was left out and what does not agree."""
    from singing_style.disagreement import find_disagreements, find_two_names

    disagreeing, twice = find_disagreements(done.index), find_two_names(done.index)
    if as_json:
        named_twice = [[one.path, other.path] for one, other in twice]
        print_json({"output": output} | _as_json(done, missing, disagreeing) | {"under_two_singers": named_twice})
    else:
        gone, rejoined = missing
        counts = f"{done.heard} listened to, {done.kept} known before, {len(gone)} gone"
        without = f"; {counted(len(done.failed), 'recording')} left out, see below" if done.failed else ""
        sizes = sorted(map(len, done.index.rows_by_singer.values()))
        each = f", {sizes[0]} to {sizes[-1]} each" if sizes[0] < sizes[-1] else f", {sizes[0]} each"
        typer.echo(
            printable(
                f"{output}: {counted(len(done.index.voices), 'performance')} of "
                f"{counted(len(done.index.singers), 'singer')}{each} "
                f"({counts}{_tell_rejoined(rejoined)}{without})"
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
    _tell_two_names(twice)
    named = {voice.path for pair in twice for voice in pair}
    _tell_disagreements([one for one in disagreeing if one.voice.path not in named])


def _tell_two_names(pairs: "Sequence[tuple[Voice, Voice]]") -> None:
    """Name the recordings that are indexed under two singers."""
    for one, other in pairs[:MOST_LINES]:
        what = "the same recording" if len(one.contents) == len(other.contents) == 1 else "takes of the same recordings"
        warn(
            f"{what} under two singers: {one.path} ({one.singer}) and {other.path} ({other.singer}): one name is wrong"
        )
    if len(pairs) > MOST_LINES:
        more = counted(len(pairs) - MOST_LINES, "more pair")
        warn(f"{more} of the same recordings under two singers; see all with --json")


def _tell_disagreements(disagreeing: "Sequence[Disagreement]") -> None:
    """Name the performances that are unlike the others of their singer, and say once what that may mean."""
    from singing_style.disagreement import explain_disagreements

    if disagreeing:
        warn(explain_disagreements(len(disagreeing)))
    for one in disagreeing[:MOST_LINES]:
        warn(f"unlike the others: {one}")
    if len(disagreeing) > MOST_LINES:
        warn(f"unlike the others: {len(disagreeing) - MOST_LINES} more; see all with --json")


def _find_missing(earlier: "VoiceIndex | None", index: "VoiceIndex") -> "tuple[list[Voice], list[Voice]]":
    """List the performances of an earlier index that are gone, and those whose files are all in others now.

    One that has another name, or other content under its name, is neither.
    """
    paths = {voice.path for voice in index.voices}
    whole = {voice.contents for voice in index.voices}
    files = {content for contents in whole for content in contents}
    voices = earlier.voices if earlier else ()
    missing = [voice for voice in voices if voice.path not in paths and voice.contents not in whole]
    gone = [voice for voice in missing if not files.issuperset(voice.contents)]
    return gone, [voice for voice in missing if files.issuperset(voice.contents)]


def _tell_rejoined(rejoined: "Sequence[Voice]") -> str:
    single = sum(len(voice.contents) == 1 for voice in rejoined)
    joined = len(rejoined) - single
    parts = [f"; {counted(single, 'single take is', 'single takes are')} now heard joined"] if single else []
    parts += [f"; {counted(joined, 'performance is', 'performances are')} now joined otherwise"] if joined else []
    return "".join(parts)


def _as_json(
    done: "Indexed", missing: "tuple[list[Voice], list[Voice]]", disagreeing: "Sequence[Disagreement]"
) -> dict[str, Any]:
    return {
        "model": done.index.model,
        "performances": len(done.index.voices),
        "singers": done.index.singers,
        "kept": done.kept,
        "heard": done.heard,
        "gone": len(missing[0]),
        "rejoined": len(missing[1]),
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


def _earlier(output: Path, roster: "Roster", style: "StyleModel") -> "VoiceIndex | None":
    """Read the existing index, unless another model made it; what is not one of this collection is not overwritten."""
    from singing_style.voice_index import VoiceIndex

    if not output.exists():
        return None
    earlier = VoiceIndex.load(output)
    if not _has_any_of(roster, earlier):
        held = counted(len(earlier.voices), "performance")
        which = "which is not" if len(earlier.voices) == 1 else "none of which is"
        raise BadInputError(
            f"{output}: holds {held}, {which} in {roster.source}: choose another name, or delete it first"
        )
    if earlier.model != style.identity:
        warn(f"{output}: made with another model; listening to everything again")
        return None
    return earlier


def _has_any_of(roster: "Roster", earlier: "VoiceIndex") -> bool:
    """Return whether a collection holds a file of an index, by content; or one of its paths, and all its singers."""
    paths = [str(path) for path in roster.table["path"]]
    same_paths = not {voice.first_path for voice in earlier.voices}.isdisjoint(paths)
    if same_paths and set(earlier.singers) <= set(roster.table["singer"]):
        return True
    known = {content for voice in earlier.voices for content in voice.contents}
    files = [roster.folder / path for path in paths]
    return any(content_hash(file) in known for file in files if file.is_file() and os.access(file, os.R_OK))
