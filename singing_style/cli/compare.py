"""``singing-style compare``: how similar the singing of two recordings is, or of all in a folder."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    JOIN_FOLDERS,
    OK,
    SOME_FAILED,
    check_prior,
    check_table,
    explain_calibration,
    list_failed,
    list_passed_over,
    moments_in,
    naming,
    performance_as_json,
    print_json,
    print_table,
    printable,
    reported,
    warn,
    write_table,
)
from singing_style.cli.options import AsJson, JoinFolders, ModelFile, Prior, Quiet
from singing_style.cli.remarks import list_bands, print_remarks, sung_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.calibration import Calibration
    from singing_style.cohort import Cohort
    from singing_style.comparison import Comparison
    from singing_style.model import StyleModel
    from singing_style.performance import Performance
    from singing_style.takes import Takes

TWO_FOLDERS = "if these are takes of one performance, name another as well: singing-style compare A B"
ONLY_THERE = "only where two are sung within half an octave of each other is it known what a distance means"
# Most pairs to print; the table of --output and --json hold all.
MOST_PAIRS = 20


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
        return _compare_all(one, output, model, workers, join=join, among=among, as_json=as_json, progress=not quiet)
    if output:
        raise BadInputError(f"{output}: --output writes the table of a single folder; leave out B, or use --json")
    if join:
        raise BadInputError("--join: is for a single folder; with A and B, each is one performance already")
    _compare_two(one, other, among, prior, moments, model, as_json=as_json, progress=not quiet)
    return OK


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
) -> None:
    from singing_style.cli.collection import read_collection

    collection = read_collection(among) if among else None

    from singing_style.cohort import Cohort
    from singing_style.comparison import compare as compare_performances
    from singing_style.doubts import doubt_pair
    from singing_style.likeness import much_longer, much_shorter
    from singing_style.model import StyleModel
    from singing_style.performance import SAME_SOUND
    from singing_style.register import same_register
    from singing_style.takes import hash_takes, one_performance

    sounds = [one_performance([place]) for place in (one, other)]
    style = StyleModel.load(model)
    performances = [_embed(style, sound) for sound in sounds]
    index = collection.heard_by(style, progress=progress) if collection else None
    if not set(hash_takes(sounds[0])).isdisjoint(hash_takes(sounds[1])):
        warn("A and B share a file, perhaps under different names: their distance says nothing about the singer")
    elif performances[0].distance(performances[1]) < SAME_SOUND:
        warn("A and B sound identical: probably one recording in two formats, so their distance says nothing")
    calibration = style.calibration
    found = compare_performances(performances[0], performances[1], calibration, prior=prior, moments=moments)
    apart = not same_register(performances[0].pitch, performances[1].pitch)
    cohort = Cohort.of(index) if index and not apart else None
    if apart:
        doubt = _pitches_apart(performances)
    else:
        doubt = (doubt_pair(cohort, calibration, index) if index else "") or _doubt(calibration, among=bool(index))
    holds = not doubt if index else None
    doubt = found.unlike or doubt
    if as_json:
        files = [performance_as_json(*heard) for heard in zip(sounds, performances, strict=True)]
        context = _context_as_json(found, cohort, holds, shown=not doubt) | {"calibration": calibration.model_dump()}
        print_json({"files": files} | asdict(found) | context)
        return
    for letter, sound, performance in zip("AB", sounds, performances, strict=True):
        _print_recording(letter, sound, performance, style.listening.rate)
        if index and (unlike := much_shorter(performance, index) or much_longer(performance, index)):
            warn(f"{letter} {unlike}")
    _print_comparison(found, calibration, cohort, shown=not doubt)
    _print_moments(found, sounds)
    typer.echo(explain_calibration(calibration, prior, doubt, borne_out=index is not None))


def _compare_all(
    folder: Path,
    output: Path | None,
    model: Path | None,
    workers: int | None,
    *,
    join: bool,
    among: Path | None,
    as_json: bool,
    progress: bool,
) -> int:
    if not folder.is_dir():
        raise BadInputError(f"{folder}: not a folder; name a second recording to compare it with, or a folder of many")
    if among:
        raise BadInputError(f"{among}: --among is for two recordings; leave it out, or see `similar --each`")

    from singing_style.batch import tabulate_pairs
    from singing_style.model import StyleModel
    from singing_style.sounds import find_passed_over
    from singing_style.takes import each_performance

    sources = each_performance([folder], join=join)
    embedded = StyleModel.load(model).embed_many(sources, workers=workers, progress=progress)
    failed = {str(source): reason for source, reason in embedded.failed.items()}
    list_passed_over(find_passed_over(folder))
    several = len({Path(str(source)).parent for source in sources}) > 1
    remedy = JOIN_FOLDERS if several and not join else ""
    list_failed(failed, set(map(str, embedded.too_little)), remedy)
    if len(embedded.performances) < 2:
        what = "performance" if join else "recording"
        alone = "" if several else f"; {TWO_FOLDERS}"
        raise BadInputError(
            f"{folder}: {len(embedded.performances)} of {counted(len(sources), what)} can be used, but two are "
            f"needed{alone}"
        )
    table = tabulate_pairs(embedded.performances)
    if output:
        write_table(table, output)
    if as_json:
        print_json({"pairs": table.to_dict(orient="records"), "failed": failed})
    else:
        shown = table[["distance", "one", "other"]].head(MOST_PAIRS)
        distances = shown["distance"].map("{:.3f}".format)
        print_table([list(shown.columns), *shown.assign(distance=distances).to_numpy().tolist()])
        more = f"; the {MOST_PAIRS} nearest are shown, -o table.csv writes all" if len(table) > MOST_PAIRS else ""
        list_bands(embedded.performances)
        typer.echo(f"{counted(len(table), 'pair')} of {len(embedded.performances)} recordings{more}")
    return SOME_FAILED if failed else OK


def _embed(style: "StyleModel", sound: "Path | Takes") -> "Performance":
    from singing_style.hearing import hear

    with naming(sound):
        return style.embed_heard(hear(sound, style.listening), str(sound))


def _pitches_apart(performances: "Sequence[Performance]") -> str:
    """Describe at what pitch each is sung, or that it is not known."""
    from singing_style.register import to_hertz

    unknown = [letter for letter, one in zip("AB", performances, strict=True) if one.pitch != one.pitch]
    if unknown:
        return f"the pitch of {' and '.join(unknown)} is not known, and {ONLY_THERE}"
    low, high = (f"{to_hertz(one.pitch):.0f} Hz" for one in performances)
    return f"A is sung at about {low} and B at about {high}, and {ONLY_THERE}"


def _doubt(calibration: "Calibration", *, among: bool) -> str:
    """Return why a probability is not known to hold for two recordings, by the calibration alone; empty if it is.

    An index that it was fitted to would bear it out in any case, so that this counts beside an index, too.
    """
    from singing_style.rehearsal import TOLERATED_ERROR

    if calibration.unseen_error is None and among:
        return ""
    if calibration.unseen_error is None:
        return (
            "it takes an index (--among), or a model calibrated on such recordings (singing-style calibrate), to know "
            "whether the model's calibration holds for yours"
        )
    if calibration.unseen_error > TOLERATED_ERROR:
        points = counted(round(100 * calibration.unseen_error), "point")
        return f"the model's calibration is off by {points} on average for singers who were not in its fit"
    return ""


def _context_as_json(
    found: "Comparison", cohort: "Cohort | None", holds: bool | None, *, shown: bool
) -> dict[str, Any]:
    """Describe what the index shows; a probability that is not known to hold is null."""
    context = {
        "share_of_impostors_farther": cohort.share_farther(found.distance) if cohort else None,
        "calibration_holds": holds,
    }
    return context if shown else context | {"probability": None, "same": None}


def _print_recording(letter: str, sound: "Path | Takes", performance: "Performance", rate: int) -> None:
    typer.echo(printable(f"{letter}  {sound}: {sung_in_words(performance, rate)}"))
    print_remarks(sound, performance)


def _print_comparison(found: "Comparison", calibration: "Calibration", cohort: "Cohort | None", *, shown: bool) -> None:
    side = f" ({_side_of_threshold(found, calibration)})" if shown else ""
    typer.echo(f"distance     {found.distance:.3f}{side}")
    if shown:
        typer.echo(f"same singer  {found.probability:.0%}")
    if cohort:
        typer.echo(
            f"impostors    {cohort.share_farther(found.distance):.0%} of pairs of two singers here lie farther apart"
        )


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
