"""``singing-style similar``: which singers of a collection sing most like a recording."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from singing_style.cli.console import (
    JOIN_FOLDERS,
    OK,
    ONE_PERFORMANCE,
    SOME_FAILED,
    AsJson,
    JoinFolders,
    ModelFile,
    Prior,
    Quiet,
    check_prior,
    check_table,
    clock,
    explain_calibration,
    list_failed,
    naming,
    performance_as_json,
    print_json,
    print_table,
    printable,
    reported,
    write_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from singing_style.likeness import Likeness, Similar
    from singing_style.model import StyleModel
    from singing_style.takes import Takes
    from singing_style.voice_index import VoiceIndex


@reported
def similar(
    sounds: Annotated[list[Path], typer.Argument(metavar="FILES|FOLDER...", help=ONE_PERFORMANCE)],
    to: Annotated[Path, typer.Option("--to", help="The index of the collection, made by `singing-style index`.")],
    each: Annotated[bool, typer.Option("--each", help="Ask about each file by itself, and print a table.")] = False,
    join: JoinFolders = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="With --each: also write the table, as CSV.")
    ] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="Number of singers to list.")] = 5,
    moments: Annotated[int, typer.Option(min=1, help="Number of closest pairs of clips to list for each singer.")] = 1,
    prior: Prior = None,
    model: ModelFile = None,
    workers: Annotated[int | None, typer.Option(min=1, help="With --each: processes. Default: one per core.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Tell who of a collection sings: clearly one singer, one of a few, or nobody here.

    The collection decides what is clear. Each of its recordings of about the same pitch (half an octave up or down) is
    asked about with its singer taken away, as a stranger's: your recording is clearly somebody's if the second singer
    is so many times as far as the first that only one stranger in twenty shows as much. It is nobody's if it lies
    farther from everybody than 19 in 20 of these recordings from another one of their singer. This takes 19 recordings
    of 3 singers.

    Below the verdict are the nearest singers: their nearest performance, its distance, and where in each the two sound
    most alike. The probability that two performances are by the same singer is printed only where the model's
    calibration is borne out by the collection; state how likely a match was beforehand with --prior.

    Several files, or a folder, are takes of one performance, heard one after the other, so that phrases too short to be
    judged alone can be used as a query. With --each, every file is asked about by itself or, with --join as well, the
    files of every folder.

    If the file itself or one of the takes is in the index, it is reported and left out of the comparison.

    For example:
      singing-style similar take.wav --to choir.npz
      singing-style similar take.wav --to choir.npz --top 10 --json
      singing-style similar phrase_1.wav phrase_2.wav --to choir.npz
      singing-style similar zoes_phrases/ --to choir.npz
      singing-style similar concert/ --to choir.npz --each -o concert.csv
      singing-style similar phrases/ --to choir.npz --each --join
    """
    check_prior(prior)
    check_table(output)
    if output and not each:
        raise BadInputError(f"{output}: --output writes the table of --each; add --each, or use --json")
    if join and not each:
        raise BadInputError("--join: goes with --each; without it, all that is named is one performance")

    from singing_style.voice_index import VoiceIndex

    index = VoiceIndex.load(to)

    from singing_style.hearing import hear
    from singing_style.likeness import find_similar
    from singing_style.model import StyleModel
    from singing_style.takes import each_performance, hash_takes, one_performance

    asked = each_performance(sounds, join=join) if each else [one_performance(sounds)]
    style = StyleModel.load(model)
    index.check_model(style.identity, to)
    if each:
        remedy = "" if join else JOIN_FOLDERS
        return _ask_about_each(asked, index, style, output, workers, remedy, as_json=as_json, progress=not quiet)
    (sound,) = asked
    with naming(sound):
        performance = style.embed_heard(hear(sound, style.listening), str(sound))
    found = find_similar(
        performance, index, style.calibration, contents=hash_takes(sound), top=top, prior=prior, moments=moments
    )
    if as_json:
        print_json(
            {"query": performance_as_json(sound, performance)}
            | similar_as_json(found)
            | {"calibration": style.calibration.model_dump()}
        )
        return OK
    typer.echo(printable(f"{sound}: {performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"))
    print_similar(found)
    typer.echo(explain_calibration(style.calibration, prior, found.calibration_holds))
    return OK


def print_similar(found: "Similar") -> None:
    """Print the verdict, the singers found, and the moments most alike."""
    from singing_style.verdict import explain

    for voice in found.own:
        which = "this very file is" if len(voice.contents) == 1 else "takes of this are"
        typer.echo(printable(f"{which} in the index, as {voice.path} by {voice.singer}; left out"))
    typer.echo(printable(f"{found.verdict}: {explain(found.verdict)}"))
    width = max(len(printable(one.voice.singer)) for one in found.likenesses)
    for place, one in enumerate(found.likenesses, 1):
        typer.echo(
            f"{place:2}  {printable(one.voice.singer):{width}}  {likeness_in_words(one, found.calibration_holds)}  "
            f"{printable(one.voice.path)}"
        )
        for moment in one.comparison.moments:
            typer.echo(
                f"    most alike: {clock(moment.one)} here and {clock(moment.other)} there, "
                f"{moment.seconds:.1f} s each, distance {moment.distance:.3f}"
            )


def likeness_in_words(one: "Likeness", calibration_holds: bool) -> str:
    """Return the distance of a singer, and the probability where it is known to hold."""
    distance = f"distance {one.comparison.distance:.3f}"
    return f"{distance}  same singer {one.comparison.probability:.0%}" if calibration_holds else distance


def similar_as_json(found: "Similar") -> dict[str, Any]:
    """Describe the same in JSON's types; a probability that is not known to hold is null."""
    unknown = {} if found.calibration_holds else {"probability": None}
    return {
        "verdict": {"words": str(found.verdict)} | asdict(found.verdict),
        "calibration_holds": found.calibration_holds,
        "in_index": [{"path": voice.path, "singer": voice.singer} for voice in found.own],
        "similar": [
            {"singer": one.voice.singer, "path": one.voice.path, "song": one.voice.song}
            | asdict(one.comparison)
            | unknown
            | {"share_of_impostors_farther": one.share_of_impostors_farther}
            for one in found.likenesses
        ],
    }


def _ask_about_each(
    sources: "list[Path | Takes]",
    index: "VoiceIndex",
    style: "StyleModel",
    output: Path | None,
    workers: int | None,
    remedy: str,
    *,
    as_json: bool,
    progress: bool,
) -> int:
    from singing_style.batch import tabulate_verdicts

    embedded = style.embed_many(sources, workers=workers, progress=progress)
    table = tabulate_verdicts(sources, embedded, index, style.calibration)
    if output:
        write_table(table, output)
    if as_json:
        print_json({"verdicts": table.astype(object).where(table.notna(), None).to_dict(orient="records")})
    else:
        _print_verdicts(table)
    failed = {str(source): reason for source, reason in embedded.failed.items()}
    list_failed(failed, set(map(str, embedded.too_little)), remedy)
    return SOME_FAILED if embedded.failed else OK


def _print_verdicts(table: "pd.DataFrame") -> None:
    """Print a line a recording, and how often there was which answer."""
    shown = table[["recording", "verdict", "nearest"]].astype(object).fillna("")
    for name, digits in (("distance", 3), ("margin", 2), ("needed", 2)):
        shown[name] = ["" if value != value else f"{value:.{digits}f}" for value in table[name].astype(float)]
    print_table([list(shown.columns), *shown.to_numpy().tolist()])
    counts = table["answer"].value_counts()
    typer.echo(f"{len(table)} recordings: {', '.join(f'{count} {answer}' for answer, count in counts.items())}")
