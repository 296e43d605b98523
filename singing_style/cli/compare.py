"""``singing-style compare``: how similar the singing of two recordings is, or of all in a folder."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from singing_style.cli.console import (
    OK,
    SOME_FAILED,
    check_prior,
    check_table,
    explain_calibration,
    moments_in,
    naming,
    performance_as_json,
    print_json,
    printable,
    reported,
    warn,
)
from singing_style.cli.options import AsJson, JoinFolders, ModelFile, Prior, Quiet
from singing_style.cli.pairs import compare_all
from singing_style.cli.remarks import print_remarks, sung_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.calibration import Calibration
    from singing_style.among import Shown
    from singing_style.comparison import Comparison
    from singing_style.model import StyleModel
    from singing_style.performance import Performance
    from singing_style.takes import Takes


@reported
def compare(
    one: Annotated[
        Path,
        typer.Argument(
            metavar="A", help="A recording, or a folder of takes of one performance. Without B: a folder of many."
        ),
    ],
    other: Annotated[
        Path | None, typer.Argument(metavar="B", help="Another recording, or folder of takes.", show_default=False)
    ] = None,
    moments: Annotated[int, typer.Option(min=1, help="Number of closest pairs of clips to list.")] = 3,
    among: Annotated[
        Path | None,
        typer.Option(help="An index (or a folder) of recordings like these, whose different singers are a reference."),
    ] = None,
    join: JoinFolders = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="For a folder: also write the table of all pairs, as CSV.")
    ] = None,
    prior: Prior = None,
    model: ModelFile = None,
    workers: Annotated[int | None, typer.Option(min=1, help="For a folder: processes. Default: one per core.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Report how alike two recordings are sung, or all in a folder.

    The distance is that between the two performances' vectors: the smaller, the more alike. What counts as small
    depends on the recordings. An index of recordings like yours shows how many of its impostor pairs (pairs of
    different singers at about the same pitch) lie farther apart than your two recordings and, where its recordings bear
    the model's calibration out, how likely it is that both are by the same singer.

    The sound files in a folder are takes of one performance, heard one after the other in the order of their names. A
    folder without B is a collection: each file in it, at any depth, is compared with all others, and the nearest pairs
    come first; with --join, the files of each folder are one performance.

    For example:
      singing-style compare ann_1.wav ann_2.wav
      singing-style compare take.wav take_of_who_knows.wav --among choir.npz
      singing-style compare take.wav take_of_who_knows.wav --among choir.npz --prior 0.1 --json
      singing-style compare anns_phrases/ phrases_of_who_knows/
      singing-style compare choir/ -o pairs.csv
    """
    check_prior(prior)
    check_table(output)
    if other is None:
        return compare_all(one, output, model, workers, join=join, among=among, as_json=as_json, progress=not quiet)
    if output:
        raise BadInputError(f"{output}: --output writes the table of a single folder; leave out B, or use --json")
    if join:
        raise BadInputError("--join: is for a single folder; with A and B, each is one performance already")
    return _compare_two(one, other, among, prior, moments, model, as_json=as_json, progress=not quiet)


def _compare_two(
    one: Path,
    other: Path,
    among: Path | None,
    prior: float | None,
    moments: int,
    model: Path | None,
    *,
    as_json: bool,
    progress: bool,
) -> int:
    from singing_style.cli.collection import read_collection

    collection = read_collection(among, model) if among else None

    from singing_style.among import show
    from singing_style.comparison import compare as compare_performances
    from singing_style.likeness import as_long_as, much_shorter
    from singing_style.model import StyleModel
    from singing_style.performance import SAME_SOUND
    from singing_style.several_singers import withdraw_if_several
    from singing_style.takes import hash_takes, one_performance

    sounds = [one_performance([place]) for place in (one, other)]
    style = StyleModel.load(model)
    performances = [_embed(style, sound) for sound in sounds]
    contents = [hash_takes(sound) for sound in sounds]
    index, failed = collection.heard_by(style, progress=progress) if collection else (None, {})
    if not set(contents[0]).isdisjoint(contents[1]):
        warn("A and B share a file, perhaps under different names: their distance says nothing about the singer")
    elif performances[0].distance(performances[1]) < SAME_SOUND:
        warn("A and B sound identical: probably one recording in two formats, so their distance says nothing")
    alike = [as_long_as(index, performance) if index else (performance, "") for performance in performances]
    parts = [part for part, _ in alike]
    found = compare_performances(parts[0], parts[1], style.calibration, prior=prior, moments=moments)
    shown = show(parts, contents, index, style.calibration)
    if index and shown.verdicts:
        asked = zip(shown.verdicts, sounds, performances, strict=True)
        verdicts = tuple(withdraw_if_several(*each, index, style, progress=progress) for each in asked)
        shown = replace(shown, verdicts=verdicts)
    doubt = found.unlike or shown.doubt
    if as_json:
        files = [performance_as_json(*heard) for heard in zip(sounds, performances, strict=True)]
        calibration = {"calibration": style.calibration.model_dump()}
        print_json({"files": files} | asdict(found) | _context_as_json(found, shown, hidden=bool(doubt)) | calibration)
        return SOME_FAILED if failed else OK
    for letter, sound, performance, (_, why) in zip("AB", sounds, performances, alike, strict=True):
        _print_recording(letter, sound, performance, style.listening.rate)
        if unlike := why or (much_shorter(performance, index) if index else ""):
            warn(f"{letter} {unlike}" if not why else f"{letter}: {why}")
    _print_comparison(found, style.calibration, shown, hidden=bool(doubt))
    _print_moments(found, sounds)
    typer.echo(explain_calibration(style.calibration, prior, doubt, borne_out=index is not None))
    return SOME_FAILED if failed else OK


def _embed(style: "StyleModel", sound: "Path | Takes") -> "Performance":
    from singing_style.hearing import hear

    with naming(sound):
        return style.embed_heard(hear(sound, style.listening), str(sound))


def _context_as_json(found: "Comparison", shown: "Shown", *, hidden: bool) -> dict[str, Any]:
    """Describe what the index shows; a probability that is not known to hold is null."""
    context = {
        "share_of_impostors_farther": shown.cohort.share_farther(found.distance) if shown.cohort else None,
        "share_of_one_singers_pairs_farther": shown.cohort.share_of_same_farther(found.distance)
        if shown.cohort
        else None,
        "verdicts": [{"words": str(verdict)} | asdict(verdict) for verdict in shown.verdicts] or None,
        "in_index_as": shown.held or None,
        "calibration_holds": shown.calibration_holds,
    }
    return context | {"probability": None, "same": None} if hidden else context


def _print_recording(letter: str, sound: "Path | Takes", performance: "Performance", rate: int) -> None:
    typer.echo(printable(f"{letter}  {sound}: {sung_in_words(performance, rate)}"))
    print_remarks(sound, performance)


def _print_comparison(found: "Comparison", calibration: "Calibration", shown: "Shown", *, hidden: bool) -> None:
    side = "" if hidden else f" ({_side_of_threshold(found, calibration)})"
    typer.echo(f"distance     {found.distance:.3f}{side}")
    if not hidden:
        typer.echo(f"same singer  {found.probability:.0%}")
    from singing_style.verdict import Answer, explain

    if shown.cohort:
        farther, same = shown.cohort.share_farther(found.distance), shown.cohort.share_of_same_farther(found.distance)
        typer.echo(f"two singers  {farther:.0%} of their pairs in the index lie farther apart")
        if same is not None:
            typer.echo(f"one singer   {same:.0%} of their pairs in the index lie farther apart")
    for letter, verdict, held in zip("AB"[: len(shown.verdicts)], shown.verdicts, shown.held, strict=False):
        known = f"; the index has it as {held}'s, which does not count here" if held else ""
        why = f": {explain(verdict)[0]}" if verdict.answer is Answer.UNDECIDED else ""
        typer.echo(printable(f"{letter}, alone     {verdict}{why}{known}"))


def _print_moments(found: "Comparison", sounds: "Sequence[Path | Takes]") -> None:
    ones = moments_in(sounds[0], [moment.one for moment in found.moments])
    others = moments_in(sounds[1], [moment.other for moment in found.moments])
    for moment, one, other in zip(found.moments, ones, others, strict=True):
        typer.echo(
            printable(f"most alike   A {one}, B {other}, {moment.seconds:.1f} s each, distance {moment.distance:.3f}")
        )


def _side_of_threshold(found: "Comparison", calibration: "Calibration") -> str:
    """Return on which side of the threshold a distance lies, with the probability there, which is seldom a half.

    The threshold balances the two errors, or keeps strangers out.
    """
    there = calibration.probability(calibration.threshold, found.prior)
    side = "below" if found.same else "above"
    return f"{side} the threshold {calibration.threshold:.3f}, where the probability is {there:.0%}"
